import { secretResource } from '../../../../lib/engine/objects.ts';
import { missing } from '../../../contract/scene.ts';
import { exampleToken, organizationId } from '../../../world.ts';
import { makeSecret, removeSecrets } from '../administrator.ts';
import { driftEventOf } from './events.ts';
import { type Ends, framed, type Setting, type Step } from './step.ts';
import { makeReferrer, referrerIn, removeReferrer, secretOf } from './tokens.ts';

const secret = 'own/konnect';
const [first, second, third] = ['a', 'b', 'c'].map((letter) => `kpat_${letter.repeat(32)}`) as [string, string, string];
/** Of the object's kind, and a little more. */
const recheckHours = 7;

/** The Secret holds only the ARN of the user's own secret, in which tokens come and go: nobody tells of that. */
export function arnLife(setting: Setting, ends: Ends): readonly Step[] {
  const { world, courier, kind } = setting;
  const steps: readonly Step[] = [
    {
      operation: 'change-token-under-arn',
      async act() {
        await makeSecret(world, secret, second);
        world.now = new Date(world.now.getTime() + recheckHours * 3_600_000);
        await courier.recheck((one) => one === kind);
      },
    },
    { operation: 'refer-under-arn', tried: false, act: () => makeReferrer(setting) },
    {
      operation: 'revoke-token-under-arn',
      tried: (call) => call.startsWith('secrets.') || call.startsWith('sqs.'),
      async act() {
        await makeSecret(world, secret, third);
        world.konnect.revokeToken(second);
        const { kind: referring, key } = referrerIn(setting);
        const referrer = (await world.admin.get(referring.resource, key)) ?? missing();
        // Whoever is refused with the old token has the new one looked for.
        await courier.send([driftEventOf(referring, referrer, 'revoked')]);
      },
    },
    { operation: 'delete-referrer-under-arn', tried: false, act: () => removeReferrer(setting) },
  ];
  const [made, ...rest] = framed(endsByArn(setting, ends), 'by-arn', steps);
  // Where the token comes from is what differs from the creation of the others.
  return made === undefined ? rest : [{ ...made, tried: (call) => call.startsWith('secrets.') }, ...rest];
}

/** The same objects, with the ARN in their Secret as long as they are there. */
function endsByArn(setting: Setting, { create, remove }: Ends): Ends {
  const { world } = setting;
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const point = async (data: Readonly<Record<string, string | null>>): Promise<void> =>
    void (await world.admin.patch(secretResource, await secretOf(setting), { data }));
  return {
    create: {
      ...create,
      async act() {
        for (const token of [first, second, third]) world.konnect.addToken(organizationId, token);
        const arn = await makeSecret(world, secret, first);
        await create.act();
        await point({ token: null, arn: base64(arn) });
      },
    },
    remove: {
      ...remove,
      async act() {
        await point({ arn: null, token: base64(exampleToken) });
        await remove.act();
        await removeSecrets(world, ({ name }) => name === secret);
      },
    },
  };
}

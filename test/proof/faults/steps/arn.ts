import { CreateSecretCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { secretResource } from '../../../../lib/engine/objects.ts';
import { namespacesTag } from '../../../../lib/tokens/reveal.ts';
import { missing } from '../../../contract/scene.ts';
import { exampleToken, organizationId } from '../../../world.ts';
import { administrator } from '../administrator.ts';
import { driftEventOf } from './events.ts';
import { type Ends, framed, type Setting, type Step } from './step.ts';
import { makeReferrer, referrerIn, removeReferrer, secretOf } from './tokens.ts';

const tokens = ['a', 'b', 'c'].map((letter) => `kpat_${letter.repeat(32)}`);
const recheckHours = 7;

/** The Secret holds only the ARN of the user's own secret, in which tokens come and go: nobody tells of that. */
export async function arnLife(setting: Setting, { create, remove }: Ends): Promise<readonly Step[]> {
  const { world, courier, kind } = setting;
  const client = administrator(world);
  const { ARN: arn = missing() } = await client.send(
    new CreateSecretCommand({
      Name: 'own/konnect',
      SecretString: 'none yet',
      Tags: [{ Key: namespacesTag, Value: 'test' }],
    }),
  );
  const put = async (at: number): Promise<void> =>
    void (await client.send(new PutSecretValueCommand({ SecretId: arn, SecretString: tokens[at] ?? missing() })));
  const point = async (data: Readonly<Record<string, string | null>>): Promise<void> =>
    void (await world.admin.patch(secretResource, await secretOf(setting), { data }));
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const made: Step = {
    ...create,
    async act() {
      for (const token of tokens) world.konnect.addToken(organizationId, token);
      await put(0);
      await create.act();
      await point({ token: null, arn: base64(arn) });
    },
  };
  const gone: Step = {
    ...remove,
    async act() {
      await point({ arn: null, token: base64(exampleToken) });
      await remove.act();
    },
  };
  const steps: readonly Step[] = [
    {
      operation: 'change-token-under-arn',
      async act() {
        await put(1);
        world.now = new Date(world.now.getTime() + recheckHours * 3_600_000);
        await courier.recheck((one) => one === kind);
      },
    },
    { operation: 'refer-under-arn', tried: false, act: () => makeReferrer(setting) },
    {
      operation: 'revoke-token-under-arn',
      async act() {
        await put(2);
        world.konnect.revokeToken(tokens[1] ?? missing());
        const { kind: referring, key } = referrerIn(setting);
        // Whoever is refused with the old token has the new one looked for.
        await courier.send([
          driftEventOf(referring, (await world.admin.get(referring.resource, key)) ?? missing(), 'revoked'),
        ]);
      },
    },
    { operation: 'delete-referrer-under-arn', tried: false, act: () => removeReferrer(setting) },
  ];
  const [first, ...rest] = framed({ create: made, remove: gone }, 'by-arn', steps);
  return first === undefined ? rest : [{ ...first, tried: isOfSecrets }, ...rest];
}

/** Where the token comes from is what differs from the creation of the others. */
function isOfSecrets(call: string): boolean {
  return call.startsWith('secrets.');
}

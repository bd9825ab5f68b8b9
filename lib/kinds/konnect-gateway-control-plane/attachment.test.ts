import { describe, expect, it } from 'vitest';
import { fresh } from '../../../test/memory/control-plane.ts';
import { entities, look, objectOf, service, serviceKind } from '../../../test/memory/core.ts';
import { conditionText, controlPlaneKind, settle } from '../../../test/memory/manifests.ts';

/* Only a plain control plane keeps entities of its own: a group has those of its members, an ingress controller pushes its. */

describe.each(['CLUSTER_TYPE_CONTROL_PLANE_GROUP', 'CLUSTER_TYPE_K8S_INGRESS_CONTROLLER'])(
  'a control plane of type %s',
  (cluster_type) => {
    it('T54 takes no service: that is said, and Konnect is not asked', async () => {
      await using stage = await fresh({ cluster_type });
      await settle(stage, controlPlaneKind, 'cp');
      stage.cluster.user.apply(serviceKind.resource, service());

      expect((await look(stage)).is).toBe('wait');
      expect((await look(stage, 'drift')).is).toBe('wait');

      const said = new RegExp(`^False .*with cluster type ${cluster_type} is not supported$`);
      expect(conditionText(objectOf(stage), 'ControlPlaneRefValid')).toMatch(said);
      expect(conditionText(objectOf(stage), 'Programmed')).toMatch(said);
      expect(stage.konnect.requests).toEqual([]);
      expect(entities(stage)).toEqual([]);
    });
  },
);

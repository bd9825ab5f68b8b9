import type { Controller } from '../../engine/controller.ts';
import { coreEntityController } from '../../engine/core-entity.ts';
import { keepCredentials, releaseCredentials } from './credentials.ts';
import { mapping } from './mapping.ts';

const entity = coreEntityController(mapping);

/** A consumer is one entity; its credentials are objects of their own, made of the Secrets that it names. */
export const controller: Controller = {
  async converge(run) {
    try {
      await entity.converge(run);
    } finally {
      // They wait for the consumer by themselves, so its trouble is none of theirs.
      await keepCredentials(run);
    }
  },
  async release(run) {
    await releaseCredentials(run);
    await entity.release(run);
  },
};

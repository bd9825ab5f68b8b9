/** What the forwarder's container may have, in MiB, and the share of it that Node's heap gets. */
export const containerMiB = 384;
export const heapPercent = 65;

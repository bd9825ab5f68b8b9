import type { Oddities } from './built-in-rules.ts';
import type { Column, Verb } from './resource.ts';

/** One row of the table of built-in resources. */
export interface BuiltIn extends Oddities {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  readonly model: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly verbs?: readonly Verb[];
  readonly columns?: readonly Column[];
  /** The collection in the store, when it is not that of the resource's own name. */
  readonly collection?: string;
}

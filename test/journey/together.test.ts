/*
 * The journeys that share one stack, one after the other. Each has namespaces and Konnect organisations of its own. The
 * story comes first, since it counts calls; the canary last, since it looks for tokens in all that the others left behind.
 */
import './story.ts';
import './ways.ts';
import './orders.ts';
import './edits.ts';
import './deletion.ts';
import './plugins.ts';
import './bad-tokens.ts';
import './bad-objects.ts';
import './bad-events.ts';
import './canary.ts';

/**
 * Every second order of some things, those that an even number of exchanges leads to. Of four things, any three still come
 * in each order that they can have.
 */
export function evenOrdersOf<Thing>(things: readonly Thing[]): readonly (readonly Thing[])[] {
  const places = ordersOf(things.map((_, index) => index)).filter((order) => exchanges(order) % 2 === 0);
  return places.map((order) => order.flatMap((place) => things.slice(place, place + 1)));
}

/** How many pairs stand the wrong way round. */
function exchanges(order: readonly number[]): number {
  return order.flatMap((one, index) => order.slice(index + 1).filter((other) => other < one)).length;
}

/** Every order of some things. */
function ordersOf<Thing>(things: readonly Thing[]): readonly (readonly Thing[])[] {
  if (things.length <= 1) return [things];
  return things.flatMap((first, index) => ordersOf(things.toSpliced(index, 1)).map((rest) => [first, ...rest]));
}

/** Limits how much work runs at once. The rest waits in order. */
export interface Places {
  inTurn<T>(work: () => Promise<T>): Promise<T>;
}

export function createPlaces(count: number): Places {
  const waiting: (() => void)[] = [];
  let free = count;
  const leave = () => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  return {
    inTurn<T>(work: () => Promise<T>): Promise<T> {
      const done = new Promise<void>((enter) => {
        if (free > 0) {
          free -= 1;
          enter();
        } else waiting.push(enter);
      }).then(work);
      done.then(leave, leave);
      return done;
    },
  };
}

/** Runs work, at most so much at once; what comes later waits, in order. */
export interface Places {
  inTurn<T>(work: () => Promise<T>): Promise<T>;
}

export function createPlaces(count: number): Places {
  const waiting: (() => void)[] = [];
  let taken = 0;
  return {
    inTurn<T>(work: () => Promise<T>): Promise<T> {
      return new Promise((resolve, reject) => {
        const leave = () => {
          taken -= 1;
          const next = waiting.shift();
          if (next) next();
        };
        const enter = () => {
          taken += 1;
          const done = Promise.resolve().then(work);
          done.then(leave, leave);
          done.then(resolve, reject);
        };
        if (taken < count) enter();
        else waiting.push(enter);
      });
    },
  };
}

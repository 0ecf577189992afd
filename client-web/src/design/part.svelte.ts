/** Parts of the page that are loaded when they are needed, so that a first visit stays small. */

export class Part<T> {
  /** The part, once it is here. */
  loaded: T | undefined = $state.raw();
  /** Whether the last attempt failed, for example because the server has another version now. */
  failed: boolean = $state.raw(false);
  #attempt: Promise<void> | undefined;
  readonly #get: () => Promise<T>;

  constructor(get: () => Promise<T>) {
    this.#get = get;
  }

  /** Loads the part, unless it is here or on its way. */
  load(): Promise<void> {
    this.#attempt ??= this.#get().then(
      (loaded) => {
        this.loaded = loaded;
        this.failed = false;
      },
      (error: unknown) => {
        console.warn("A part of the page didn’t load.", error);
        this.failed = true;
        this.#attempt = undefined;
      },
    );
    return this.#attempt;
  }
}

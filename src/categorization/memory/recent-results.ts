import { RecentTexts } from '../patterns/recent-texts.ts';

/** Remembers what was made of recent texts, which come again and again. */
export class RecentResults<Result> {
  readonly #make: (text: string) => Result;
  readonly #texts = new RecentTexts();
  readonly #results: Result[] = new Array(RecentTexts.places);

  constructor(make: (text: string) => Result) {
    this.#make = make;
  }

  of(text: string): Result {
    const place = this.#texts.placeOf(text);
    if (!this.#texts.take(place, text)) this.#results[place] = this.#make(text);
    return this.#results[place] as Result;
  }
}

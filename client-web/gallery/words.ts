/** In the gallery, this stands in the place of src/words: `?pseudo` turns the words into the pseudo-language. */
import * as en from "../src/words/all.en";
import { pseudoWords } from "./pseudo";

export type Words = typeof en;
export const isPseudo = new URLSearchParams(location.search).has("pseudo");
export const words: Words = isPseudo ? pseudoWords({ ...en }) : en;

import { envoy } from "./envoy";
import { go } from "./go";
import { java } from "./java";
import { mosquitto } from "./mosquitto";
import { nats } from "./nats";
import { nginx } from "./nginx";
import { node } from "./node";
import { postgresql } from "./postgresql";
import type { Recipe } from "./recipe";
import { redis } from "./redis";

/** All recipes, in the order of the table in docs/recipes/README.md. */
export const recipes: readonly Recipe[] = [
  nginx,
  postgresql,
  redis,
  nats,
  mosquitto,
  envoy,
  java,
  go,
  node,
];

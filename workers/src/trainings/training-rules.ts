/** How much a training needs, and how categories become codes: the same in the worker and on Spark. */
export const trainingRules = {
  /** Categories of a dictionary; the rest are missing to the model. */
  maxCategories: 255,
  /** Rows a category needs to get a code of its own. */
  minCategoryRows: 10,
  minRows: { train: 100, validation: 30, test: 30 },
} as const;

/** Rounds without a better validation loss, after which a training ends. */
export const patience = 30;

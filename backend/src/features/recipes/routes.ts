import { recipeQuestion } from '@foretell/core/contracts/control-api/models';
import { recipe } from '@foretell/core/contracts/recipe';
import { route, type Route } from '../../http/route.ts';
import type { RecipeService } from './service.ts';

export function recipeRoutes(service: RecipeService): Route[] {
  return [
    route({
      method: 'post',
      path: '/api/recipes',
      operationId: 'proposeRecipe',
      summary: 'Propose a recipe for a question, without keeping it',
      tag: 'models',
      access: 'viewer',
      body: recipeQuestion,
      success: { status: 200, description: "The recipe, with every column's role and why", body: recipe },
      problems: [404],
      handle: ({ caller, body }) => service.propose(caller.workspace, body),
    }),
  ];
}

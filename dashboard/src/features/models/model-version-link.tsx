import { useQuery } from '@tanstack/react-query';
import { isNotFound } from '../../api/api-error.ts';
import { TextLink } from '../../widgets/text-link.tsx';
import { modelQuery } from './model-queries.ts';

/** What its predictions and experiments, which stay, call a model that was deleted. */
const deleted = 'deleted model';

/** The name of one model; `isDeleted`: there is nothing to link to. */
export function useModelName(id: string): { name: string; isDeleted: boolean } {
  const { data, error } = useQuery(modelQuery(id));
  const isDeleted = isNotFound(error);
  return { name: isDeleted ? deleted : (data?.name ?? 'model'), isDeleted };
}

/** A version of a model by its name, which leads there while it is there. */
export function ModelVersionLink({ model, version }: { model: string; version: number }) {
  const { name, isDeleted } = useModelName(model);
  const words = `${name}, version ${version}`;
  return isDeleted ? words : <TextLink to={`/models/${model}/versions/${version}`}>{words}</TextLink>;
}

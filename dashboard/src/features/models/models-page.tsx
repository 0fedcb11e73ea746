import { model } from '@foretell/core/contracts/control-api/models';
import { Badge, Text } from '@mantine/core';
import { IconBrain, IconPlus } from '@tabler/icons-react';
import { ButtonLink } from '../../widgets/button-link.tsx';
import { NothingYet } from '../../widgets/nothing-yet.tsx';
import { Page } from '../../widgets/page.tsx';
import { PagedTable } from '../../widgets/paged-table.tsx';
import { TextLink } from '../../widgets/text-link.tsx';
import { TimeAgo } from '../../widgets/time-ago.tsx';
import { useRole } from '../sessions/me-query.ts';
import { questionWords } from './recipe-words.ts';

export function ModelsPage() {
  const { mayEdit } = useRole();
  return (
    <Page
      title="Models"
      description="Each answers one question about your data."
      actions={
        mayEdit && (
          <ButtonLink to="/models/new" leftSection={<IconPlus size={16} />}>
            New model
          </ButtonLink>
        )
      }
    >
      <PagedTable
        path="/models"
        item={model}
        caption="Models"
        rowKey={(one) => one.id}
        columns={[
          {
            header: 'Name',
            cell: (one) => (
              <TextLink to={`/models/${one.id}`} strong>
                {one.name}
              </TextLink>
            ),
          },
          { header: 'Question', cell: (one) => <Text size="sm">{questionWords(one.recipe)}</Text> },
          { header: 'Latest version', align: 'right', cell: (one) => one.latestVersion ?? '–' },
          {
            header: 'Deployed',
            cell: (one) =>
              one.deployedVersion === null ? (
                <Badge color="gray" variant="light">
                  no
                </Badge>
              ) : (
                <Badge color="teal" variant="light">
                  version {one.deployedVersion}
                </Badge>
              ),
          },
          { header: 'Changed', cell: (one) => <TimeAgo at={one.updatedAt} /> },
        ]}
        empty={
          <NothingYet
            icon={<IconBrain />}
            title="Build your first model"
            description="Choose a dataset and say what to predict. The recipe, the training set and the training are made for you."
            action={{ label: 'New model', to: '/models/new' }}
          />
        }
      />
    </Page>
  );
}

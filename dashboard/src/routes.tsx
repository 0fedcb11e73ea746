import { Center, Loader } from '@mantine/core';
import type { ComponentType } from 'react';
import { createBrowserRouter, type RouteObject } from 'react-router';
import { ErrorPage } from './layout/error-page.tsx';
import { MissingPage } from './layout/missing-page.tsx';
import { Shell } from './layout/shell.tsx';

/** A screen whose code is fetched when it is first opened. */
function screen(path: string, load: () => Promise<ComponentType>): RouteObject {
  return { path, lazy: async () => ({ Component: await load() }) };
}

const screens: RouteObject[] = [
  screen('/', async () => (await import('./features/workspaces/start-page.tsx')).StartPage),
  screen('/datasets', async () => (await import('./features/datasets/datasets-page.tsx')).DatasetsPage),
  screen(
    '/datasets/new',
    async () => (await import('./features/datasets/new-dataset-page.tsx')).NewDatasetPage,
  ),
  screen('/datasets/:id', async () => (await import('./features/datasets/dataset-page.tsx')).DatasetPage),
  screen(
    '/connections',
    async () => (await import('./features/connections/connections-page.tsx')).ConnectionsPage,
  ),
  screen('/models', async () => (await import('./features/models/models-page.tsx')).ModelsPage),
  screen('/models/new', async () => (await import('./features/models/new-model-page.tsx')).NewModelPage),
  screen('/models/:id', async () => (await import('./features/models/model-page.tsx')).ModelPage),
  screen(
    '/models/:id/versions/:n',
    async () => (await import('./features/models/version-page.tsx')).VersionPage,
  ),
  screen(
    '/models/:id/deploy',
    async () => (await import('./features/deployments/deploy-page.tsx')).DeployPage,
  ),
  screen(
    '/predictions',
    async () => (await import('./features/predictions/predictions-page.tsx')).PredictionsPage,
  ),
  screen(
    '/predictions/:id',
    async () => (await import('./features/predictions/prediction-page.tsx')).PredictionPage,
  ),
  screen(
    '/experiments',
    async () => (await import('./features/experiments/experiments-page.tsx')).ExperimentsPage,
  ),
  screen(
    '/experiments/:id',
    async () => (await import('./features/experiments/experiment-page.tsx')).ExperimentPage,
  ),
  screen('/api-keys', async () => (await import('./features/api-keys/api-keys-page.tsx')).ApiKeysPage),
  screen('/activity', async () => (await import('./features/jobs/activity-page.tsx')).ActivityPage),
  screen('/members', async () => (await import('./features/members/members-page.tsx')).MembersPage),
  screen(
    '/notifications',
    async () => (await import('./features/notifications/notifications-page.tsx')).NotificationsPage,
  ),
  screen(
    '/settings/notifications',
    async () => (await import('./features/notifications/settings-page.tsx')).NotificationSettingsPage,
  ),
  screen('/audit', async () => (await import('./features/audit/audit-page.tsx')).AuditPage),
  { path: '*', Component: MissingPage },
];

const Waiting = () => (
  <Center mih="60dvh">
    <Loader aria-label="Loading" />
  </Center>
);

export const createAppRouter = () =>
  createBrowserRouter([
    {
      HydrateFallback: Waiting,
      ErrorBoundary: ErrorPage,
      children: [
        screen('/sign-up', async () => (await import('./features/sessions/sign-up-page.tsx')).SignUpPage),
        screen('/sign-in', async () => (await import('./features/sessions/sign-in-page.tsx')).SignInPage),
        screen(
          '/unsubscribe/:token',
          async () => (await import('./features/notifications/unsubscribe-page.tsx')).UnsubscribePage,
        ),
        { Component: Shell, children: [{ ErrorBoundary: ErrorPage, children: screens }] },
      ],
    },
  ]);

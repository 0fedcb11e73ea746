import type { NotificationTopic } from '@foretell/core/contracts/notifications';

/** What each topic is called, and what it tells. In the order of a user's path. */
export const topicWords: Record<NotificationTopic, { title: string; hint: string }> = {
  'dataset.ready': {
    title: 'A dataset is ready',
    hint: 'Its first data was imported: how many rows and columns.',
  },
  'dataset.updated': {
    title: 'A dataset has new rows',
    hint: 'By itself as scheduled, or when asked: how many came.',
  },
  'training.done': {
    title: 'A training is done',
    hint: 'How good the new version is, beside the plainest guess.',
  },
  'model.deployed': { title: 'A model is deployed', hint: 'Which version answers predictions from now on.' },
  'experiment.concluded': { title: 'An experiment has ended', hint: 'Its verdict, with the figures.' },
  'batch-prediction.done': { title: 'A batch prediction is ready', hint: 'The file can be downloaded.' },
  'online-features.published': {
    title: 'A model sees newer data',
    hint: 'By itself each night, when data has come.',
  },
  failed: { title: 'Something failed', hint: 'Why, and what to do about it.' },
  other: { title: 'Everything else', hint: 'News from whoever runs this platform.' },
};

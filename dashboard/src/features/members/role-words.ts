import type { Role } from '@foretell/core/contracts/control-api/accounts';

export const roleChoices: { value: Role; label: string }[] = [
  { value: 'viewer', label: 'viewer: looks' },
  { value: 'editor', label: 'editor: builds and deploys' },
  { value: 'owner', label: 'owner: administers too' },
];

import { NothingYet } from '../widgets/nothing-yet.tsx';
import { Page } from '../widgets/page.tsx';
import { IconMapOff } from '@tabler/icons-react';

export function MissingPage() {
  return (
    <Page title="There is no such page">
      <NothingYet
        icon={<IconMapOff />}
        title="Nothing lives at this address"
        description="It may be old or mistyped."
        action={{ label: 'Go to the start', to: '/' }}
      />
    </Page>
  );
}

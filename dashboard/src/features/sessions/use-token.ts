import { useSyncExternalStore } from 'react';
import { session } from '../../api/session.ts';

export const useToken = () => useSyncExternalStore(session.subscribe, session.token);

/** @file One's own sessions and password. */
import { AccountPage } from '@/features/account/account-page.tsx';

export const metadata = { title: 'Your account' };

export default function Page() {
  return <AccountPage />;
}

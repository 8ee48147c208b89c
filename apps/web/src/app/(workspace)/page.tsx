/** @file The start page leads to the first team's datasets. */
import { HomePage } from '@/features/shell/home-page.tsx';

export default function Page() {
  return <HomePage />;
}

import '@ant-design/v5-patch-for-react-19';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ConsoleApp } from './app.tsx';
import { followErrors } from './errors/report-error.ts';
import { loadAhead } from './pages.tsx';
import { currentUser, followOtherTabs, mayBeSignedIn } from './providers/session.ts';

followErrors();
followOtherTabs();
if (mayBeSignedIn()) {
  void currentUser().catch(() => {});
  loadAhead(location.pathname.slice(import.meta.env.BASE_URL.length));
}
createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <ConsoleApp />
  </StrictMode>,
);

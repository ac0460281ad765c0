import { Link, useLocation } from 'react-router';
import { consoleResources } from '../resources.tsx';

/** Links from a detail page back to its list. The navigation already shows where a list is. */
export function Breadcrumb() {
  const [, path, detail] = useLocation().pathname.split('/');
  const resource = consoleResources.find((known) => known.path === path);
  if (!detail || resource?.showPath === undefined || resource.isShownInList) return null;
  return (
    <nav aria-label="Breadcrumb" style={{ marginBottom: 4 }}>
      <Link to={`/${resource.path}`}>← {resource.label}</Link>
    </nav>
  );
}

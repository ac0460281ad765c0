import {
  BankOutlined,
  BulbOutlined,
  InboxOutlined,
  LogoutOutlined,
  PlusOutlined,
  SwapOutlined,
} from '@ant-design/icons';
import { useLogout, usePermissions } from '@refinedev/core';
import { Modal } from 'antd';
import { Command } from 'cmdk';
import { type ReactNode, type Ref, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import type { Role } from '../../domain/role.ts';
import { accountPath } from '../components/account-path.ts';
import { ColorDot } from '../components/category-mark.tsx';
import { useCategories } from '../hooks/use-categories.ts';
import { CategoryDrawer } from '../pages/categories/category-drawer.tsx';
import { useCategoryDrawer } from '../pages/categories/use-category-drawer.ts';
import { isAllowed } from '../providers/is-allowed.ts';
import { consoleResources } from '../resources.tsx';
import { chooseColorMode, useIsDark } from '../theme/color-mode.ts';
import { useFound } from './use-found.ts';

interface CommandPaletteProps {
  isOpen: boolean;
  onClose: () => void;
}

/** Opens any page and starts any action by typing a part of its name. */
export function CommandPalette({ isOpen, onClose }: CommandPaletteProps) {
  const navigate = useNavigate();
  const create = useCategoryDrawer('create');
  const { mutate: signOut } = useLogout();
  const isDark = useIsDark();
  /** Whether a command leads to another page, which sets the focus itself. */
  const [isLeaving, setIsLeaving] = useState(false);
  const input = useRef<HTMLInputElement>(null);

  function run(command: () => void) {
    setIsLeaving(true);
    onClose();
    command();
  }

  return (
    <>
      <Modal
        open={isOpen}
        onCancel={onClose}
        afterOpenChange={(open) => {
          if (!open) return;
          setIsLeaving(false);
          // A field that is hidden while the dialog opens cannot take the focus.
          input.current?.focus();
        }}
        focusTriggerAfterClose={!isLeaving}
        destroyOnHidden
        closable={false}
        footer={null}
        width={600}
        style={{ top: 72 }}
        styles={{ content: { padding: 0 }, header: { margin: 0 } }}
        title={<span className="visually-hidden">Search pages and actions</span>}
      >
        <Commands
          inputRef={input}
          onGo={(path) => run(() => void navigate(path))}
          actions={[
            {
              name: isDark ? 'Light mode' : 'Dark mode',
              icon: <BulbOutlined />,
              run: () => run(() => chooseColorMode(isDark ? 'light' : 'dark')),
            },
            {
              name: 'New category',
              icon: <PlusOutlined />,
              needs: ['create', 'categories'],
              run: () => run(() => create.show()),
            },
            { name: 'Sign out', icon: <LogoutOutlined />, run: () => run(() => signOut()) },
          ]}
        />
      </Modal>
      <CategoryDrawer title="New category" formName="palette-category" drawerForm={create} />
    </>
  );
}

interface Action {
  name: string;
  icon: ReactNode;
  run: () => void;
  /** The action and the resource that the role must allow. */
  needs?: [string, string];
}

interface CommandsProps {
  inputRef: Ref<HTMLInputElement>;
  onGo: (path: string) => void;
  actions: Action[];
}

function Commands({ inputRef, onGo, actions }: CommandsProps) {
  const [text, setText] = useState('');
  const { data: role } = usePermissions<Role | null>({});
  const { categories } = useCategories();
  const found = useFound(text);
  const can = (action: string, resource: string) =>
    role != null && isAllowed(role, action, resource);
  const pages = consoleResources.filter(({ name }) => can('list', name));

  return (
    <Command className="palette" label="Search pages and actions" filter={containsAllWords} loop>
      <Command.Input
        ref={inputRef}
        autoFocus
        value={text}
        onValueChange={setText}
        placeholder="Search pages, actions, categories, accounts and ids"
      />
      <Command.List label="Results">
        <Command.Empty>{found.isLoading ? 'Searching…' : 'No results'}</Command.Empty>
        <Command.Group heading="Pages">
          {pages.map(({ path, label, icon }) => (
            <Entry key={path} name={label} icon={icon} onSelect={() => onGo(`/${path}`)} />
          ))}
        </Command.Group>
        <Command.Group heading="Actions">
          {actions
            .filter(({ needs }) => needs === undefined || can(...needs))
            .map(({ name, icon, run }) => (
              <Entry key={name} name={name} icon={icon} onSelect={run} />
            ))}
        </Command.Group>
        {text !== '' && (
          <Command.Group heading="Categories">
            {categories.map(({ id, name, color }) => (
              <Entry
                key={id}
                kind="category"
                name={name}
                icon={<ColorDot color={color} />}
                onSelect={() => onGo(`/categories/${id}`)}
              />
            ))}
          </Command.Group>
        )}
        <Command.Group heading="Accounts">
          {found.accounts.map(({ id }) => (
            <Entry
              key={id}
              kind="account"
              name={id}
              icon={<BankOutlined />}
              onSelect={() => onGo(accountPath(id))}
            />
          ))}
        </Command.Group>
        <Command.Group heading="Batches and transactions">
          {found.batches.map(({ id, status }) => (
            <Entry
              key={id}
              kind="batch"
              name={id}
              note={status}
              icon={<InboxOutlined />}
              onSelect={() => onGo(`/batches/${id}`)}
            />
          ))}
          {found.transactions.map((transaction) => (
            <Entry
              key={transaction.id}
              kind="transaction"
              name={String(transaction.id)}
              note={transaction.merchant_name ?? transaction.description ?? undefined}
              icon={<SwapOutlined />}
              onSelect={() => onGo(`/transactions/${transaction.id}`)}
            />
          ))}
        </Command.Group>
      </Command.List>
    </Command>
  );
}

interface EntryProps {
  name: string;
  /** Distinguishes entries that have the same name. */
  kind?: string;
  note?: string;
  icon: ReactNode;
  onSelect: () => void;
}

function Entry({ name, kind = '', note, icon, onSelect }: EntryProps) {
  return (
    <Command.Item value={`${name} ${kind}`} onSelect={onSelect}>
      <span aria-hidden className="palette-icon">
        {icon}
      </span>
      <span className="palette-name">{name}</span>
      {note !== undefined && <span className="palette-note">{note}</span>}
    </Command.Item>
  );
}

/** Scores all matches alike, so that entries keep an order that people learn. */
function containsAllWords(value: string, search: string): number {
  const text = value.toLowerCase();
  const words = search.toLowerCase().split(/\s+/);
  return words.every((word) => text.includes(word)) ? 1 : 0;
}

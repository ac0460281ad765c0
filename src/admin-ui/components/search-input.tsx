import { SearchOutlined } from '@ant-design/icons';
import { Input } from 'antd';
import { useEffect, useRef, useState } from 'react';

/** After the last key; fast typing asks once. */
const pauseMs = 250;

interface SearchInputProps {
  label: string;
  value: string;
  onSearch: (text: string) => void;
  width?: number;
}

/** Searches while one types. */
export function SearchInput({ label, value, onSearch, width = 260 }: SearchInputProps) {
  const [text, setText] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => setText(value), [value]);
  useEffect(() => () => clearTimeout(timer.current), []);

  function search(next: string, waitMs: number) {
    clearTimeout(timer.current);
    const { pathname } = window.location;
    timer.current = setTimeout(() => {
      // While the next page is being loaded this one is still here, and must not lead back to itself.
      if (window.location.pathname === pathname) onSearch(next.trim());
    }, waitMs);
  }

  return (
    <Input
      allowClear
      type="search"
      aria-label={label}
      placeholder={label}
      prefix={<SearchOutlined aria-hidden />}
      value={text}
      style={{ width }}
      onChange={({ target }) => {
        setText(target.value);
        search(target.value, pauseMs);
      }}
      onPressEnter={() => search(text, 0)}
    />
  );
}

import { SearchOutlined } from '@ant-design/icons';
import { Input } from 'antd';
import { useEffect, useRef, useState } from 'react';

/** Waits for the last key, so that fast typing sends one request. */
const pauseMs = 250;

interface SearchInputProps {
  label: string;
  value: string;
  onSearch: (text: string) => void;
  width?: number;
}

/** Searches while the user types. */
export function SearchInput({ label, value, onSearch, width = 260 }: SearchInputProps) {
  const [text, setText] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => setText(value), [value]);
  useEffect(() => () => clearTimeout(timer.current), []);

  function search(next: string, waitMs: number) {
    clearTimeout(timer.current);
    const { pathname } = window.location;
    timer.current = setTimeout(() => {
      // This page is still mounted while the next one loads, and must not navigate back to itself.
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

import { Tag } from 'antd';

/** A decision that counts, but is not sure enough for its target precision. */
export function NeedsReviewTag() {
  return (
    <Tag color="warning" style={{ margin: 0 }}>
      Needs review
    </Tag>
  );
}

/** @file Text that a person wrote in Markdown: comments, reviews, notes. */
import Markdown, { type Components } from 'react-markdown';
import remarkBreaks from 'remark-breaks';
import classes from './prose.module.css';

/** The page has its own headings, so that those of a text are lines that stand out. */
const heading: Components['h1'] = ({ children }) => <p className={classes.heading}>{children}</p>;

const COMPONENTS: Components = {
  h1: heading,
  h2: heading,
  h3: heading,
  h4: heading,
  h5: heading,
  h6: heading,
  a: ({ href, children }) => (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  ),
};

interface ProseProps {
  readonly text: string;
}

/** HTML in it is shown as it was typed, and pictures by their words: a page fetches nothing that a text names. */
export function Prose({ text }: ProseProps) {
  return (
    <div className={classes.prose}>
      <Markdown
        components={{ ...COMPONENTS, img: ({ alt }) => <span>{alt}</span> }}
        remarkPlugins={[remarkBreaks]}
      >
        {text}
      </Markdown>
    </div>
  );
}

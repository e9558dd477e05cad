/** The theme that the components below use. */
import { createContext, useContext, type ReactElement, type ReactNode } from 'react';
import { themeOf, type Style, type Theme, type Token } from '../terminal/theme.ts';

const ThemeContext = createContext<Theme>(themeOf('mono', false));

export interface ThemeProviderProps {
  readonly theme: Theme;
  readonly children: ReactNode;
}

export function ThemeProvider({ theme, children }: ThemeProviderProps): ReactElement {
  return <ThemeContext value={theme}>{children}</ThemeContext>;
}

/** What a token looks like here. */
export function useStyle(): (token: Token | undefined) => Style {
  const { styles } = useContext(ThemeContext);
  return (token) => (token === undefined ? styles.text : styles[token]);
}

/**
 * The whole screen: header, the sentence, the view, what helps next, the footer, and whatever lies
 * on top. Drawn from one state of the console; it holds none itself.
 */
import { Box } from 'ink';
import type { ReactElement } from 'react';
import { ConfirmDialog } from '../components/confirm-dialog.tsx';
import { FailureNotice } from '../components/failure-notice.tsx';
import { FilterLine } from '../components/filter-line.tsx';
import { FooterBar } from '../components/footer-bar.tsx';
import { HeaderBar, type HeaderItem } from '../components/header-bar.tsx';
import { HelpOverlay } from '../components/help-overlay.tsx';
import { fitLine, type Line, plain, span } from '../components/line.ts';
import { Lines } from '../components/lines.tsx';
import { Palette } from '../components/palette.tsx';
import { SizeGuard } from '../components/size-guard.tsx';
import { Toast } from '../components/toast.tsx';
import { footerHints } from '../keys/catalogue.ts';
import { topMode } from '../keys/mode.ts';
import { suggestions } from '../keys/palette.ts';
import { lineText } from '../keys/line-input.ts';
import { sentenceOf } from '../model/cluster.ts';
import { clockText } from '../model/figures.ts';
import { identitySign } from '../model/identity.ts';
import { linkSign, silenceMsMax } from '../model/link.ts';
import type { Model } from '../model/model.ts';
import { currentPlace } from '../model/places.ts';
import { isWritable, writeSign } from '../model/write-window.ts';
import { clusterName } from '../screens/cluster/cluster-view.ts';
import { filterOf } from '../screens/screen.ts';
import { screenComponents } from '../screens/screen-components.ts';
import { screenOf } from '../screens/screens.ts';
import { clean, literal } from '../terminal/safe-text.ts';
import { type App, helpOf, surroundingsOf } from './step.ts';

export interface ScreenViewProps {
  readonly app: App;
}

const problemRowsMax = 4;
const filterColumnsMax = 60;
/** Header, sentence, the line of what is next, footer. */
const fixedRows = 4;

export function ScreenView({ app }: ScreenViewProps): ReactElement {
  const { size } = app.model;
  return (
    <SizeGuard screen={size}>
      <Box flexDirection="column" width={size.columns} height={size.rows}>
        <Header model={app.model} />
        <Lines lines={[sentenceLine(app.model)]} />
        <Body app={app} />
        <Problem model={app.model} />
        <NextLine app={app} />
        <FooterBar hints={footerHints(app.router, surroundingsOf(app))} columns={size.columns} />
        <Overlay app={app} />
      </Box>
    </SizeGuard>
  );
}

function Header({ model }: { readonly model: Model }): ReactElement {
  const { view } = currentPlace(model.places);
  const crumbs = [literal(screenOf(view).view), ...(screenOf(view).trail?.(model) ?? [])];
  return (
    <HeaderBar
      cluster={clusterName(model)}
      crumbs={crumbs}
      items={headerItems(model)}
      columns={model.size.columns}
    />
  );
}

function headerItems(model: Model): readonly HeaderItem[] {
  const { nowMs, write, identity, link } = model;
  const who = identitySign(identity, nowMs);
  const ttl = who.ttl === '' ? [] : [{ text: who.ttl, importance: 4 }];
  return [
    { text: who.name, token: who.token, importance: 2 },
    ...ttl,
    {
      text: writeSign(write, nowMs),
      token: isWritable(write, nowMs) ? 'warning' : 'muted',
      importance: 1,
    },
    { ...linkSign(link, nowMs, silenceMsMax(model.ceremony)), importance: 0 },
    { text: clockText(nowMs), importance: 3 },
  ];
}

/** Line two of every view: the state, and what it means. */
function sentenceLine(model: Model): Line {
  const { state, consequence, token } = sentenceOf(model);
  const spans = [plain(' '), span(state, token), plain('  '), span(consequence)];
  return fitLine({ spans }, model.size.columns);
}

function Body({ app }: ScreenViewProps): ReactElement {
  const { model } = app;
  const { view } = currentPlace(model.places);
  const rows = Math.max(1, model.size.rows - fixedRows - problemRows(model));
  const Component = screenComponents[screenOf(view).view];
  return (
    <Box height={rows} width={model.size.columns} overflow="hidden">
      <Component model={model} columns={model.size.columns} rows={rows} />
    </Box>
  );
}

function problemRows({ notices }: Model): number {
  return notices.problems.length === 0 ? 0 : problemRowsMax;
}

function Problem({ model }: { readonly model: Model }): ReactElement | null {
  const { problems } = model.notices;
  const newest = problems.at(-1);
  if (newest === undefined) return null;
  const { what, problem } = newest;
  return (
    <Box height={problemRowsMax} flexShrink={0}>
      <FailureNotice
        code={clean(`${what} · ${problem.code}`, 60)}
        message={clean(problem.message, 600)}
        waitingCount={problems.length - 1}
        columns={model.size.columns}
        rowsMax={problemRowsMax}
      />
    </Box>
  );
}

/** The line above the footer: what is typed, else what just happened, else what helps. */
function NextLine({ app }: ScreenViewProps): ReactElement {
  const { model, router } = app;
  const { columns } = model.size;
  const top = topMode(router.modes);
  const filter = filterOf(model, currentPlace(model.places).view);
  if (top.kind === 'line' && top.purpose === 'palette') {
    return <Lines lines={[fitLine({ spans: [] }, columns)]} />;
  }
  if (filter !== '' || (top.kind === 'line' && top.purpose === 'filter')) {
    const editing = top.kind === 'line' ? top.line : undefined;
    const text = clean(filter, filterColumnsMax);
    const problem = top.kind === 'line' ? top.problem : '';
    const hiddenCount = screenOf(currentPlace(model.places).view).hidden?.(model) ?? 0;
    return (
      <FilterLine
        text={text}
        hiddenCount={hiddenCount}
        editing={editing}
        problem={problem}
        columns={columns}
      />
    );
  }
  const toast = model.notices.toasts.at(-1);
  if (toast !== undefined) {
    const kind = toast.tone === 'good' ? 'done' : 'notice';
    return <Toast text={toast.text} kind={kind} columns={columns} />;
  }
  // The keys that it names are those of the home view.
  const isHome = currentPlace(model.places).view === 'cluster';
  const next = isHome ? sentenceOf(model).next : [];
  const spans = next.flatMap(({ key, does }) => [
    plain('  '),
    span(key, 'key'),
    plain(' '),
    span(does),
  ]);
  const lead = next.length === 0 ? [] : [plain(' next', 'muted')];
  return <Lines lines={[fitLine({ spans: [...lead, ...spans] }, columns)]} />;
}

function Overlay({ app }: ScreenViewProps): ReactElement | null {
  const { model, router, sheetRows } = app;
  const top = topMode(router.modes);
  const surroundings = surroundingsOf(app);
  if (top.kind === 'modal') {
    if (top.modal === 'confirm') {
      const { confirmation } = top;
      return <ConfirmDialog confirmation={confirmation} screen={model.size} nowMs={model.nowMs} />;
    }
    const title = literal(`keys of ${currentPlace(model.places).view}`);
    const sections = helpOf(app);
    return (
      <HelpOverlay title={title} sections={sections} screen={model.size} scrolledRows={sheetRows} />
    );
  }
  if (top.kind !== 'line' || top.purpose !== 'palette') return null;
  const offered = suggestions(lineText(top.line), surroundings.verbs, surroundings);
  const { columns, rows } = model.size;
  const rowsMax = Math.min(10, rows - 4);
  const height = Math.min(rowsMax, offered.length + 1);
  return (
    <Box position="absolute" top={rows - 1 - height} left={0}>
      <Palette
        line={top.line}
        suggestions={offered}
        problem={top.problem}
        columns={columns}
        rowsMax={rowsMax}
      />
    </Box>
  );
}

extension HTMLReport {
  /// The style sheet. Figures keep a white sheet in dark mode, because their colours are made for it.
  static let style = """
    :root {
      color-scheme: light dark;
      --text: #1d2127; --soft: #5d6672; --line: #e3e6ea; --back: #ffffff; --panel: #f6f7f9; --accent: #2f6db5;
      --string: #2c7a5b; --number: #a8501f; --constant: #7a4fb0; --warning: #b3261e;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --text: #e4e7eb; --soft: #9aa4b1; --line: #30363e; --back: #14171b; --panel: #1c2026; --accent: #7fb2ec;
        --string: #7fcfab; --number: #eaa675; --constant: #c3a3ee; --warning: #f2938c;
      }
    }
    * { box-sizing: border-box; }
    body {
      margin: 0; color: var(--text); background: var(--back);
      font: 16px/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif;
      -webkit-text-size-adjust: 100%; text-rendering: optimizeLegibility;
    }
    main { max-width: 62rem; margin: 0 auto; padding: 3rem 1.25rem 4rem; }
    h1 { font-size: 2rem; line-height: 1.2; letter-spacing: -0.018em; font-weight: 680; margin: 0; text-wrap: balance; }
    h2 { font-size: 1.3rem; line-height: 1.3; letter-spacing: -0.01em; font-weight: 640; margin: 3.2rem 0 0.8rem; }
    p { margin: 0.7rem 0; max-width: 44rem; }
    .subtitle { color: var(--soft); font-size: 1.05rem; margin: 0.5rem 0 0; }
    .key {
      display: grid; grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr)); gap: 1px; margin: 2rem 0 0;
      border: 1px solid var(--line); border-radius: 10px; overflow: hidden;
    }
    .key div { box-shadow: 0 0 0 1px var(--line); padding: 0.9rem 1.1rem 1rem; }
    .key dt { color: var(--soft); font-size: 0.84rem; line-height: 1.4; }
    .key dd { margin: 0.15rem 0 0; font-size: 1.55rem; line-height: 1.25; font-weight: 600; letter-spacing: -0.015em; }
    .key dd, td.number, th.number { font-variant-numeric: tabular-nums; }
    .key dd.note { font-size: 0.84rem; font-weight: 400; letter-spacing: 0; color: var(--soft); }
    .key div.doubtful { background: var(--panel); box-shadow: 0 0 0 1px var(--line), inset 3px 0 0 var(--warning); }
    .key dd.warning { font-size: 0.84rem; font-weight: 400; letter-spacing: 0; line-height: 1.4; color: var(--warning); }
    .key dd.warning::before { content: "not to be trusted: "; font-weight: 600; }
    .remark { color: var(--soft); font-size: 0.93rem; }
    nav { display: flex; flex-wrap: wrap; gap: 0.3rem 1.3rem; margin: 1.6rem 0 0; font-size: 0.93rem; }
    a { color: var(--accent); text-decoration: none; }
    a:hover { text-decoration: underline; }
    figure { margin: 1.3rem 0 1.9rem; }
    .sheet { overflow-x: auto; background: #ffffff; border: 1px solid var(--line); border-radius: 10px; padding: 0.4rem; }
    .sheet svg, .sheet img { display: block; max-width: 100%; height: auto; margin: 0 auto; }
    figcaption { color: var(--soft); font-size: 0.9rem; line-height: 1.5; margin: 0.65rem 0 0; max-width: 44rem; }
    .scroll { overflow-x: auto; }
    table { border-collapse: collapse; min-width: 50%; font-size: 0.93rem; line-height: 1.45; }
    th, td { text-align: left; padding: 0.42rem 1.4rem 0.42rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
    th { color: var(--soft); font-weight: 500; white-space: nowrap; border-bottom-color: var(--soft); }
    td.number, th.number { text-align: right; }
    th:last-child, td:last-child { padding-right: 0.2rem; }
    details { border: 1px solid var(--line); border-radius: 10px; margin: 1rem 0; overflow: hidden; }
    summary { cursor: pointer; padding: 0.6rem 1rem; font-size: 0.93rem; background: var(--panel); }
    pre {
      margin: 0; padding: 0.9rem 1rem; overflow-x: auto; border-top: 1px solid var(--line); tab-size: 2;
      font: 0.82rem/1.6 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace;
    }
    .json-key { color: var(--accent); }
    .json-string { color: var(--string); }
    .json-number { color: var(--number); }
    .json-constant { color: var(--constant); }
    footer { color: var(--soft); font-size: 0.84rem; margin-top: 4rem; padding-top: 1rem; border-top: 1px solid var(--line); }
    @media (max-width: 40rem) {
      main { padding: 1.8rem 1rem 3rem; }
      h1 { font-size: 1.6rem; }
      h2 { margin-top: 2.4rem; }
      .key { grid-template-columns: 1fr 1fr; }
      .key dd { font-size: 1.3rem; }
      .sheet svg, .sheet img { min-width: 34rem; }
      .sheet img[width] { min-width: 0; }
    }
    @media print {
      :root {
        --text: #000000; --soft: #444444; --line: #cccccc; --back: #ffffff; --panel: #ffffff; --accent: #1f4f86;
        --string: #2c7a5b; --number: #a8501f; --constant: #7a4fb0; --warning: #b3261e;
      }
      body { font-size: 10.5pt; }
      main { max-width: none; padding: 0; }
      nav { display: none; }
      h2 { break-after: avoid; }
      figure, .key, tr { break-inside: avoid; }
      .sheet { border: 0; padding: 0; }
      pre { white-space: pre-wrap; }
    }

    """
}

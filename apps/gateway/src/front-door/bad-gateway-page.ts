/** @file The page shown while there is no web application to show. */

/** A whole HTML page without scripts or outside resources. `webUrl` is an origin from the configuration, never from a request. */
export function badGatewayPage(webUrl: string | undefined): string {
  const reason =
    webUrl === undefined
      ? 'The gateway is running, but it was started without the address of the web application. Set WEB_URL and start it again.'
      : `The gateway is running, but the web application at ${webUrl} does not answer. It may still be starting: reload in a few seconds. Otherwise see whether it runs, and whether WEB_URL names it.`;
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Colloid: no web application</title>
    <style>
      :root { color-scheme: light dark; }
      body { font: 16px/1.6 system-ui, sans-serif; display: grid; place-items: center; min-height: 90vh; margin: 0; }
      main { max-width: 34rem; padding: 2rem; }
      h1 { font-size: 1.4rem; }
      code { font-size: 0.95em; }
    </style>
  </head>
  <body>
    <main>
      <h1>The web application is not there</h1>
      <p>${reason}</p>
      <p>The API answers at <code>/graphql</code>, and <code>/healthz</code> says how the gateway is.</p>
    </main>
  </body>
</html>
`;
}

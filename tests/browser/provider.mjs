// A provider of single sign-on (OpenID Connect) on this machine: whoever gives any password is who they say.
import { once } from "node:events";
import { createServer } from "node:http";
import Provider from "oidc-provider";

/** Starts the provider for a site that is reached at `site`; where it is, and how it is stopped. */
export async function startProvider(port, site, names) {
  const issuer = `http://127.0.0.1:${port}`;
  const redirects = ["province", "citizens"].map((id) => `${site}/sign-in/from/${id}`);
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: "yifa",
        client_secret: "secret of the provider",
        redirect_uris: redirects,
        grant_types: ["authorization_code"],
        response_types: ["code"],
      },
    ],
    claims: { openid: ["sub"], profile: ["name", "preferred_username"] },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: `subject-${id}`, name: names[id] ?? "演示群众", preferred_username: id }),
    }),
    features: { devInteractions: { enabled: true } },
    pkce: { required: () => true },
  });
  const server = createServer(provider.callback());
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    issuer,
    stop: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(done);
      }),
  };
}

/** Signs in at the provider's own pages and comes back. */
export async function passProvider(page, login) {
  await page.waitForSelector('input[name="login"]');
  await page.fill('input[name="login"]', login);
  await page.fill('input[name="password"]', "whatever");
  await page.click('button[type="submit"]');
  // The provider asks once whether the site may know who it is.
  await page.waitForSelector('button[type="submit"]');
  await page.click('button[type="submit"]');
}

import type { SentMail } from './sent-mails.ts';

const escapes: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escape = (text: string) => text.replaceAll(/[&<>"']/g, (character) => escapes[character] ?? character);
const timeOf = ({ Timestamp }: SentMail) =>
  new Date(Timestamp * 1000).toISOString().slice(0, 19).replace('T', ' ');

const style = `
:root{color-scheme:light dark;--line:#8885;--soft:#8889}
body{font:15px/1.5 system-ui,sans-serif;max-width:960px;margin:0 auto;padding:24px}
h1{font-size:22px} p{margin:4px 0} .soft{color:GrayText}
a.mail{display:grid;grid-template-columns:minmax(0,1fr) auto;gap:2px 16px;padding:12px 8px;border-top:1px solid var(--line);color:inherit;text-decoration:none}
a.mail:hover,a.mail:focus-visible{background:#8882} a.mail b,a.mail span{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
iframe{width:100%;height:480px;border:1px solid var(--line);border-radius:8px;background:#fff;margin:16px 0}
pre{white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid var(--line);border-radius:8px;padding:16px}`;

const page = (title: string, body: string, more = '') => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">${more}
<title>${escape(title)}</title><style>${style}</style></head><body>${body}</body></html>
`;

const row = (mail: SentMail) =>
  `<a class="mail" href="/inbox/${encodeURIComponent(mail.MessageId)}"><b>${escape(mail.Subject)}</b><span class="soft">${timeOf(mail)} UTC</span>` +
  `<span class="soft">${escape(mail.BodyText.split('\n\n')[1] ?? '')}</span><span class="soft">to ${escape(mail.To.join(', '))}</span></a>`;

/** Every mail, newest first; looks again by itself. */
export function renderInbox(mails: readonly SentMail[]): string {
  const none =
    '<p class="soft">No mail yet. One comes when a dataset is ready, a model is trained, or a job failed.</p>';
  return page(
    'Inbox',
    `<h1>Inbox</h1><p class="soft">What SES was given on this machine. Nothing leaves it.</p>${mails.map(row).join('') || none}`,
    '<meta http-equiv="refresh" content="5">',
  );
}

/** One mail: as HTML in a frame that may do nothing but open its links elsewhere, and as text. */
export function renderMail(mail: SentMail): string {
  const html = mail.BodyHtml ?? '';
  const frame = `<iframe title="The mail" sandbox="allow-popups allow-popups-to-escape-sandbox" srcdoc="${escape(html.replace('<head>', '<head><base target="_blank">'))}"></iframe>`;
  return page(
    mail.Subject,
    `<p><a href="/inbox">Inbox</a></p><h1>${escape(mail.Subject)}</h1>
<p class="soft">from ${escape(mail.Source)} to ${escape(mail.To.join(', '))}, ${timeOf(mail)} UTC</p>
${html === '' ? '' : frame}<h2>As text</h2><pre>${escape(mail.BodyText)}</pre>`,
  );
}

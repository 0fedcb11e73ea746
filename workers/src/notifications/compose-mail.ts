import { topicOf } from '@foretell/core/contracts/notifications';

/** A mail as it is sent; `headers` beside those that SES sets. */
export interface Mail {
  to: string;
  subject: string;
  text: string;
  html: string;
  headers: { Name: string; Value: string }[];
}

export interface Letter {
  to: string;
  kind: string;
  title: string;
  /** Plain text; an empty line parts paragraphs. */
  body: string;
  /** A path of the dashboard. */
  link: string | null;
  workspaceName: string;
  /** The dashboard's origin. */
  dashboardUrl: string;
  /** Of this mail alone: whoever holds it may say that no more of its topic are sent. */
  token: string;
}

const maxSubject = 200;
const remedy = 'Once the cause is mended, retry the job under Activity';
const escapes: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escape = (text: string) => text.replaceAll(/[&<>"']/g, (character) => escapes[character] ?? character);
const oneLine = (text: string) => text.replaceAll(/\s+/g, ' ').trim();

/** Where a link of ours leads; null for one that leaves the dashboard. */
function placeOf(link: string | null, dashboardUrl: string): string | null {
  if (link === null || !URL.canParse(link, dashboardUrl)) return null;
  const url = new URL(link, dashboardUrl);
  return url.origin === new URL(dashboardUrl).origin ? url.href : null;
}

/** A notification as a mail: the same words as text and as HTML, where to look, and how to get no more of them. */
export function composeMail(letter: Letter): Mail {
  const { to, kind, title, body, link, workspaceName, dashboardUrl, token } = letter;
  const place = placeOf(link, dashboardUrl);
  const settings = new URL('/settings/notifications', dashboardUrl).href;
  const page = new URL(`/unsubscribe/${token}`, dashboardUrl).href;
  const oneClick = new URL(`/api/unsubscriptions/${token}`, dashboardUrl).href;
  const why = `You are a member of the workspace ${oneLine(workspaceName)} on Foretell.`;
  const activity = new URL('/activity', dashboardUrl).href;
  const paragraphs = body.split(/\n{2,}/).filter((paragraph) => paragraph.trim() !== '');
  const failed = topicOf(kind) === 'failed';
  return {
    to,
    subject: oneLine(title).slice(0, maxSubject),
    text: [
      oneLine(title),
      ...paragraphs,
      ...(failed ? [`${remedy}: ${activity}`] : []),
      ...(place === null ? [] : [place]),
      `--\n${why}\nWhat you are told of: ${settings}\nNo more mails like this one: ${page}\n`,
    ].join('\n\n'),
    html: htmlOf({
      title: oneLine(title),
      paragraphs,
      activity: failed ? activity : null,
      place,
      why,
      settings,
      page,
    }),
    headers: [
      { Name: 'List-Unsubscribe', Value: `<${oneClick}>` },
      { Name: 'List-Unsubscribe-Post', Value: 'List-Unsubscribe=One-Click' },
    ],
  };
}

interface Words {
  title: string;
  paragraphs: string[];
  /** Where a job is retried; null when none has failed. */
  activity: string | null;
  place: string | null;
  why: string;
  settings: string;
  page: string;
}

const font = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,sans-serif";
const button = 'display:inline-block;padding:10px 18px;border-radius:8px;background:#3b5bdb;color:#ffffff';

function htmlOf({ title, paragraphs, activity, place, why, settings, page }: Words): string {
  const body = paragraphs
    .map((text) => `<p style="margin:0 0 16px">${escape(text).replaceAll('\n', '<br>')}</p>`)
    .join('');
  const retry =
    activity === null
      ? ''
      : `<p style="margin:0 0 16px">${remedy}: <a href="${escape(activity)}" style="color:#3b5bdb">${escape(activity)}</a></p>`;
  const look =
    place === null
      ? ''
      : `<p style="margin:24px 0"><a href="${escape(place)}" style="${button};text-decoration:none">Open in Foretell</a></p>`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(title)}</title></head>
<body style="margin:0;padding:24px;background:#f1f3f5;color:#212529;font-size:16px;line-height:1.5;${font}">
<div style="max-width:560px;margin:0 auto;padding:28px;background:#ffffff;border-radius:12px">
<h1 style="margin:0 0 16px;font-size:20px;line-height:1.3">${escape(title)}</h1>
${body}${retry}${look}
<p style="margin:24px 0 0;padding-top:16px;border-top:1px solid #dee2e6;font-size:13px;color:#495057">${escape(why)}<br>
<a href="${escape(settings)}" style="color:#495057">Choose what you are told of</a> ·
<a href="${escape(page)}" style="color:#495057">No more mails like this one</a></p>
</div></body></html>
`;
}

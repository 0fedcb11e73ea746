import { composeMail } from './compose-mail.ts';

const letter = {
  to: 'ann@example.com',
  kind: 'dataset.ready',
  title: '"orders" is ready',
  body: '1,000 rows and 5 columns.\n\nSecond paragraph.',
  link: '/datasets/1',
  workspaceName: 'Shop',
  dashboardUrl: 'https://app.example.com',
  token: 'fu_token',
};

test('a mail says the same as text and as HTML, and leads to the dashboard', () => {
  const { subject, text, html } = composeMail(letter);
  expect(subject).toBe('"orders" is ready');
  for (const each of [text, html]) {
    expect(each).toContain('1,000 rows and 5 columns.');
    expect(each).toContain('Second paragraph.');
    expect(each).toContain('https://app.example.com/datasets/1');
    expect(each).toContain('https://app.example.com/settings/notifications');
    expect(each).toContain('https://app.example.com/unsubscribe/fu_token');
    expect(each).toContain('the workspace Shop');
  }
});

test('a mail of a failure says what to do, and leads to where', () => {
  const { text, html } = composeMail({ ...letter, kind: 'training.failed' });
  expect(text).toContain('retry the job under Activity: https://app.example.com/activity');
  expect(html).toMatch(
    /retry the job under Activity: <a href="https:\/\/app\.example\.com\/activity"[^>]*>https:\/\/app\.example\.com\/activity<\/a>/,
  );
  for (const each of [composeMail(letter).text, composeMail(letter).html])
    expect(each).not.toContain('retry');
});

test('a mail client can unsubscribe by one click', () => {
  expect(composeMail(letter).headers).toEqual([
    { Name: 'List-Unsubscribe', Value: '<https://app.example.com/api/unsubscriptions/fu_token>' },
    { Name: 'List-Unsubscribe-Post', Value: 'List-Unsubscribe=One-Click' },
  ]);
});

test('names that users chose are neither markup nor headers', () => {
  const name = `<img src=x onerror="alert('1')">\r\nBcc: all@example.com`;
  const { subject, html } = composeMail({ ...letter, title: name, body: name, workspaceName: name });
  expect(subject).toBe(`<img src=x onerror="alert('1')"> Bcc: all@example.com`);
  expect(html).not.toContain('<img');
  expect(html).toContain('&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;');
});

test.each(['https://evil.example/', '//evil.example', 'javascript:alert(1)', 'http://[', null])(
  'a link that leaves the dashboard (%s) is left out',
  (link) => {
    const { text, html } = composeMail({ ...letter, link });
    expect(html).not.toContain('Open in Foretell');
    expect(text).not.toContain('evil');
  },
);

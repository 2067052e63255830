// The window of Visual Studio Code, as a user sees and operates it.

/** Until something appears, in milliseconds: a busy machine starts extensions slowly. */
const PATIENCE = 60_000;

export class Workbench {
  constructor(page) {
    this.page = page;
    page.setDefaultTimeout(PATIENCE);
  }

  /** Opens a folder, and one of its files. */
  async open(url, folder, file) {
    await this.page.goto(`${url}?folder=${encodeURIComponent(folder)}`);
    await this.page.getByRole('treeitem', { name: file }).dblclick();
    await this.page.locator('.monaco-editor .view-line').first().waitFor();
  }

  /** What the editor reports in its corner, such as a server that cannot be started. */
  notifications() {
    return this.page.locator('.notification-list-item-message').allInnerTexts();
  }

  /** The Problems panel. */
  async showProblems() {
    await this.command('View: Focus Problems');
    await this.page.locator('.markers-panel').waitFor();
  }

  /** A row of the Problems panel with a text. */
  problem(text) {
    return this.page.locator('.markers-panel .monaco-list-row').filter({ hasText: text });
  }

  /** Runs a command of the palette. */
  async command(name) {
    await this.page.keyboard.press('F1');
    const input = this.page.locator('.quick-input-widget input[type="text"]');
    await input.fill(`>${name}`);
    await this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: name }).first().waitFor();
    await this.page.keyboard.press('Enter');
    await input.waitFor({ state: 'hidden' });
  }

  /** The line of the open file that has a text. */
  line(text) {
    return this.page.locator('.monaco-editor .view-line').filter({ hasText: text }).first();
  }

  /** A word in the open file, which is drawn in a span of its own. */
  word(text) {
    return this.line(text).locator('span span').filter({ hasText: text }).first();
  }

  /** Rests the mouse on a word. Returns what is shown there. */
  async hover(word) {
    const shown = this.page.locator('.monaco-hover:visible').first();
    // The first rest can come before the server has answered anything.
    for (let tries = 0; ; tries++) {
      await this.page.mouse.move(5, 5);
      await this.word(word).hover();
      try {
        await shown.waitFor({ timeout: 5000 });
        const text = await shown.innerText();
        if (!text.includes('Loading')) return text;
      } catch (error) {
        if (tries === 5) throw error;
      }
    }
  }

  /** The lens that has a text. */
  lens(text) {
    return this.page.locator('.codelens-decoration a').filter({ hasText: text });
  }

  /** A page that an extension shows, with a text. It is a frame in a frame. */
  async preview(text) {
    const shown = this.page.frameLocator('iframe.webview').frameLocator('iframe#active-frame');
    await shown.getByText(text).first().waitFor();
  }

  /** Opens the menu of quick fixes on a word. Returns the titles. */
  async quickFixes(word) {
    await this.word(word).click();
    await this.page.keyboard.press('Control+.');
    const rows = this.page.locator('.action-widget .monaco-list-row.action');
    await rows.first().waitFor();
    return rows.allInnerTexts();
  }

  async chooseQuickFix(text) {
    await this.page.locator('.action-widget .monaco-list-row.action').filter({ hasText: text }).click();
  }
}

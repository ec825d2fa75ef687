// The part of Salesforce's documented snippet API that the page calls. The script of the org defines it.

declare const embeddedservice_bootstrap: {
  settings: { language: string };
  init(orgId: string, deployment: string, siteUrl: string, options: { scrt2URL: string }): void;
  utilAPI: {
    launchChat(options?: { shouldStartNewConversation: boolean }): Promise<unknown>;
  };
};

# 日本語（です・ます体）。複数形の区別はありません。行は句読点の後と、目に見えない空白（U+200B）の所でだけ折り返します。

languages = 言語

## One moment

one-moment-title = 少々お待ちください
one-moment = 次の方のために​画面を​準備しています。
one-moment-thanks = ありがとうございました。次の方のために​画面を​準備しています。
one-moment-own = 新しいチャットを​準備しています。
one-moment-broken = チャットが​停止しました。画面を​準備しています。
one-moment-lost = 接続が​切れました。画面を​準備しています。
one-moment-ready = 画面を​準備しています。
one-moment-slow = 通常より少し時間がかかっています。

## Welcome

welcome-greeting = いらっしゃいませ。ご用件を​お聞かせください。
welcome-start = タッチして開始

## Still there?

still-there-title = まだご利用中ですか？
still-there-idle = 応答がない場合、次の方のためにこの​チャットを​消去します。
still-there-too-long = この​チャットは​長時間開いたままです。応答がない場合、次の方のために​消去します。
still-there-unit = { $seconds ->
   *[other] 秒
}
still-there-soon = { $seconds ->
   *[other] あと { $seconds } 秒でこの​チャットを​消去します。
}
still-there-continue = はい、続けます
still-there-done = 終了します

## Leaving: "I am done" was pressed beside the chat

leaving-title = チャットを​終了しますか？
leaving-text = チャットを​終了し、次の方のために​画面を​消去します。
leaving-text-own = チャットを​終了し、新しく始められるようになります。
leaving-done = はい、終了します
leaving-back = チャットに戻る
leaving-in-seconds = { $seconds ->
   *[other] 応答がない場合、あと { $seconds } 秒で​チャットを​終了します。
}

## Out of service

trouble-network-title = 接続できません
trouble-network-text = サポートサービスに​接続できません。
trouble-never-ready-title = サポートをご利用いただけません
trouble-never-ready-text = サポートサービスを​開始できませんでした。
trouble-page-failed-title = サポートをご利用いただけません
trouble-page-failed-text = サポートページを​開けませんでした。
trouble-unproven-title = 休止中
trouble-unproven-text = 前の​チャットの​内容が​残っていないと​確認できるまで、この​画面は​利用できません。
trouble-crashed-title = 休止中
trouble-crashed-text = サポートページが​何度も停止しました。
trouble-maintenance-title = サポートは​メンテナンス中です
trouble-maintenance-text = メンテナンスのためサポートサービスを​休止しています。まもなく再開します。
trouble-certificate-title = 安全な接続ができません
trouble-certificate-text = 接続先が​本物の​サポートサービスか確認できないため、開きませんでした。
trouble-other-page-title = サポートに​接続できません
trouble-other-page-text = ネットワークの​ログインページなど、別の​ページが​表示されています。係員にお知らせください。
trouble-staff-title = 休止中
trouble-staff-text = 係員がこの​画面を​休止しています。

out-of-service-retry = 今すぐ再試行
retry-in-seconds = { $seconds ->
   *[other] { $seconds } 秒後に​自動で​再試行します。
}
retry-in-minutes = { $minutes ->
   *[other] { $minutes } 分後に​自動で​再試行します。
}
retry-now = 再試行しています。
retry-staff = 係員が​再開します。

## The notice

notice-agent-title = 担当者が​チャットを​終了しました
notice-agent-body = 内容は​引き続きお読みいただけます。ここからの​送信はできません。
notice-other-title = チャットは​終了しました
notice-other-body = 内容は​引き続きお読みいただけます。別のご質問は、最初からやり直してください。
notice-countdown = { $seconds ->
   *[other] 次の方のため、あと { $seconds } 秒で​画面を​消去します。
}
notice-countdown-own = { $seconds ->
   *[other] あと { $seconds } 秒で​新しいチャットが​始まります。
}
notice-start-over = 今すぐ最初に​戻る
notice-keep-reading = 続けて読む

## The desktop's notification

notification-agent-title = 担当者が​チャットを​終了しました
notification-other-title = チャットは​終了しました
notification-body = 次の方のため、まもなく画面を​消去します。
notification-body-own = 内容は​まだ​お読みいただけます。その後、新しいチャットが​始まります。

## Choosing a file

picker-title = 送信するファイルを​選んでください
picker-empty = 送信できるファイルがありません。
picker-cancel = キャンセル

## Our own chat page

chat-start = チャットを​始める
chat-resume = チャットに​戻る
chat-loading = チャットを​準備しています。
chat-launching = チャットを​開いています。
chat-open = チャットを​開いています。終わりましたら閉じてください。この​画面には​何も残りません。
chat-closed = ただいまの​時間、チャットは​受け付けておりません。
chat-refused = チャットを​開けませんでした。もう一度お試しください。
chat-failed = ただいまチャットをご利用いただけません。

## Staff: the PIN pad

staff-scene-title = 係員
staff-pin = 暗証番号
staff-keys = 数字
staff-ok = OK
staff-erase = 最後の​数字を​消す
staff-cancel = キャンセル
staff-ask = 暗証番号を​入力し、OK を押してください。
staff-checking = 少々お待ちください。
staff-wrong = 暗証番号が​違います。
staff-locked = 暗証番号の​誤りが​多すぎます。
staff-seconds = { $seconds ->
   *[other] { $seconds } 秒後に​再入力できます。
}
staff-minutes = { $minutes ->
   *[other] { $minutes } 分後に​再入力できます。
}

## Staff: what can be done

staff-fresh = 今すぐ初期化
staff-close = 休止する
staff-in-service = 再開する
staff-reload = 設定を​再読み込み
staff-health = バージョンと​状態
staff-leave = キオスクを​終了
staff-back-to-kiosk = キオスクに​戻る
staff-back = 戻る
staff-reading = 設定を​読み込んでいます。
staff-mistake = 何も変更していません：

staff-notes = 再開するまで​画面に​何を​表示しますか？
staff-note-none = 追加の​文なし
staff-note-soon = まもなく再開します。
staff-note-cleaning = この​画面は​清掃中です。
staff-note-desk = カウンターでお尋ねください。
staff-note-elsewhere = ほかの​画面をご利用ください。
staff-words = 自由に​入力
staff-with-words = これを​表示

staff-leave-title = キオスクを​終了しますか？
staff-leave-text = このご利用と​プログラムを​終了します。その​後、背後の​画面が​表示されます。

## Staff: how the kiosk is

staff-version = バージョン
staff-engine = ウェブエンジン
staff-up = 稼働時間
staff-visits = 起動後の​利用回数
staff-reset = 前回の​初期化
staff-reset-fact = { $ago }前（{ $cause }、{ $ms } ms）
staff-proof = 前回の​消去確認
staff-memory = 使用メモリ
staff-network = サポートサービス
staff-kiosk = このキオスク
staff-config = 設定
staff-ago = { $ago }前
staff-never = まだありません
staff-unknown = 不明
staff-defaults = 内蔵の​初期設定
staff-megabytes = { $count } MB
staff-network-practice = この​端末の​練習用チャット
staff-network-reached = 接続済み
staff-network-lost = 接続なし
staff-network-unknown = 未接続
staff-count-days = { $count ->
   *[other] { $count } 日
}
staff-count-hours = { $count } 時間
staff-count-minutes = { $count } 分
staff-count-seconds = { $count } 秒

## The shell's own widgets: the bar, the tray, messages, a link, the keyboard on the screen

bar-hint = チャットを終了し、画面を消去します。F6 キーでここに移動し、もう一度押すとチャットに戻ります。
tray-open = 開く
tray-unread = { $count ->
   *[other] 開く（新着メッセージ { $count } 件）
}
tray-new = 新しいチャット
tray-quiet = 通知オフ
tray-quit = 終了
messages-title = { $count ->
   *[other] チャットに新着メッセージが { $count } 件あります
}
messages-body = クリックしてお読みください。
link-title = このアドレスをブラウザーで開きますか？
link-open = ブラウザーで開く
key-space = スペース
key-backspace = バックスペース
key-enter = エンター
key-shift = シフト
key-letters = 文字
key-symbols = 数字と記号
key-languages = キーボードの言語
key-hide = キーボードを隠す

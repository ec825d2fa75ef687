# 日本語（です・ます体）。複数形の区別はありません。

languages = 言語

## One moment

one-moment-title = 少々お待ちください
one-moment = 次の方のために画面を準備しています。
one-moment-thanks = ありがとうございました。次の方のために画面を準備しています。
one-moment-broken = チャットが停止しました。画面を準備しています。
one-moment-lost = 接続が切れました。画面を準備しています。
one-moment-ready = 画面を準備しています。
one-moment-slow = 通常より少し時間がかかっています。

## Welcome

welcome-greeting = いらっしゃいませ。ご用件をお聞かせください。
welcome-start = タッチして開始

## Still there?

still-there-title = まだご利用中ですか？
still-there-idle = 応答がない場合、次の方のためにこのチャットを消去します。
still-there-too-long = このチャットは長時間開いたままです。応答がない場合、次の方のために消去します。
still-there-unit = { $seconds ->
   *[other] 秒
}
still-there-soon = { $seconds ->
   *[other] あと { $seconds } 秒でこのチャットを消去します。
}
still-there-continue = はい、続けます
still-there-done = 終了します

## Out of service

trouble-network-title = 接続できません
trouble-network-text = サポートサービスに接続できません。
trouble-never-ready-title = サポートをご利用いただけません
trouble-never-ready-text = サポートサービスを開始できませんでした。
trouble-page-failed-title = サポートをご利用いただけません
trouble-page-failed-text = サポートページを開けませんでした。
trouble-unproven-title = 休止中
trouble-unproven-text = 前のチャットの内容が残っていないと確認できるまで、この画面は利用できません。
trouble-crashed-title = 休止中
trouble-crashed-text = サポートページが何度も停止しました。
trouble-maintenance-title = サポートはメンテナンス中です
trouble-maintenance-text = メンテナンスのためサポートサービスを休止しています。まもなく再開します。
trouble-certificate-title = 安全な接続ができません
trouble-certificate-text = 接続先が本物のサポートサービスか確認できないため、開きませんでした。
trouble-other-page-title = サポートに接続できません
trouble-other-page-text = ネットワークのログインページなど、別のページが表示されています。係員にお知らせください。
trouble-staff-title = 休止中
trouble-staff-text = 係員がこの画面を休止しています。

out-of-service-retry = 今すぐ再試行
retry-in-seconds = { $seconds ->
   *[other] { $seconds } 秒後に自動で再試行します。
}
retry-in-minutes = { $minutes ->
   *[other] { $minutes } 分後に自動で再試行します。
}
retry-now = 再試行しています。
retry-staff = 係員が再開します。

## The notice

notice-agent-title = 担当者がチャットを終了しました
notice-agent-body = 内容は引き続きお読みいただけます。ここからの送信はできません。
notice-other-title = チャットは終了しました
notice-other-body = 内容は引き続きお読みいただけます。別のご質問は、最初からやり直してください。
notice-countdown = { $seconds ->
   *[other] 次の方のため、あと { $seconds } 秒で画面を消去します。
}
notice-start-over = 今すぐ最初に戻る
notice-keep-reading = 続けて読む

## The desktop's notification

notification-agent-title = 担当者がチャットを終了しました
notification-other-title = チャットは終了しました
notification-body = 次の方のため、まもなく画面を消去します。

## Choosing a file

picker-title = 送信するファイルを選んでください
picker-empty = 送信できるファイルがありません。
picker-cancel = キャンセル

## Our own chat page

chat-start = チャットを始める
chat-resume = チャットに戻る
chat-loading = チャットを準備しています。
chat-launching = チャットを開いています。
chat-open = チャットを開いています。終わりましたら閉じてください。この画面には何も残りません。
chat-closed = ただいまの時間、チャットは受け付けておりません。
chat-refused = チャットを開けませんでした。もう一度お試しください。
chat-failed = ただいまチャットをご利用いただけません。

## Staff: the PIN pad

staff-scene-title = 係員
staff-pin = 暗証番号
staff-keys = 数字
staff-ok = OK
staff-erase = 最後の数字を消す
staff-cancel = キャンセル
staff-ask = 暗証番号を入力し、OK を押してください。
staff-checking = 少々お待ちください。
staff-wrong = 暗証番号が違います。
staff-locked = 暗証番号の誤りが多すぎます。
staff-seconds = { $seconds ->
   *[other] { $seconds } 秒後に再入力できます。
}
staff-minutes = { $minutes ->
   *[other] { $minutes } 分後に再入力できます。
}

## Staff: what can be done

staff-fresh = 今すぐ初期化
staff-close = 休止する
staff-in-service = 再開する
staff-reload = 設定を再読み込み
staff-health = バージョンと状態
staff-leave = キオスクを終了
staff-back-to-kiosk = キオスクに戻る
staff-back = 戻る
staff-reading = 設定を読み込んでいます。
staff-mistake = 何も変更していません：

staff-notes = 再開するまで画面に何を表示しますか？
staff-note-none = 追加の文なし
staff-note-soon = まもなく再開します。
staff-note-cleaning = この画面は清掃中です。
staff-note-desk = カウンターでお尋ねください。
staff-note-elsewhere = ほかの画面をご利用ください。
staff-words = 自由に入力
staff-with-words = これを表示

staff-leave-title = キオスクを終了しますか？
staff-leave-text = このご利用とプログラムを終了します。その後、背後の画面が表示されます。

## Staff: how the kiosk is

staff-version = バージョン
staff-engine = ウェブエンジン
staff-up = 稼働時間
staff-visits = 起動後の利用回数
staff-reset = 前回の初期化
staff-reset-fact = { $ago }前（{ $cause }、{ $ms } ms）
staff-proof = 前回の消去確認
staff-memory = 使用メモリ
staff-network = サポートサービス
staff-config = 設定
staff-ago = { $ago }前
staff-never = まだありません
staff-unknown = 不明
staff-defaults = 内蔵の初期設定
staff-megabytes = { $count } MB
staff-network-practice = この端末の練習用チャット
staff-network-reached = 接続済み
staff-network-lost = 接続なし
staff-network-unknown = 未接続
staff-count-days = { $count ->
   *[other] { $count } 日
}
staff-count-hours = { $count } 時間
staff-count-minutes = { $count } 分
staff-count-seconds = { $count } 秒

# Deutsch, mit „Sie“.

languages = Sprache

## One moment

one-moment-title = Einen Moment bitte
one-moment = Der Bildschirm wird für die nächste Person vorbereitet.
one-moment-thanks = Vielen Dank. Der Bildschirm wird für die nächste Person vorbereitet.
one-moment-own = Ein neuer Chat wird vorbereitet.
one-moment-broken = Der Chat funktioniert nicht mehr. Der Bildschirm wird neu vorbereitet.
one-moment-lost = Die Verbindung wurde unterbrochen. Der Bildschirm wird neu vorbereitet.
one-moment-ready = Der Bildschirm wird vorbereitet.
one-moment-slow = Das dauert etwas länger als sonst.

## Welcome

welcome-greeting = Guten Tag! Wie können wir helfen?
welcome-start = Zum Starten berühren

## Still there?

still-there-title = Sind Sie noch da?
still-there-idle = Wenn niemand antwortet, wird dieser Chat für die nächste Person gelöscht.
still-there-too-long = Dieser Chat ist schon lange offen. Wenn niemand antwortet, wird er für die nächste Person gelöscht.
still-there-unit = { $seconds ->
    [one] Sekunde
   *[other] Sekunden
}
still-there-soon = { $seconds ->
    [one] Dieser Chat wird in { $seconds } Sekunde gelöscht.
   *[other] Dieser Chat wird in { $seconds } Sekunden gelöscht.
}
still-there-continue = Ja, weiter
still-there-done = Ich bin fertig

## Leaving: "I am done" was pressed beside the chat

leaving-title = Diesen Chat beenden?
leaving-text = Der Chat wird beendet und der Bildschirm für die nächste Person geleert.
leaving-text-own = Der Chat wird beendet, und ein neuer kann beginnen.
leaving-done = Ja, beenden
leaving-back = Zurück zum Chat
leaving-in-seconds = { $seconds ->
    [one] Ohne Antwort endet der Chat in { $seconds } Sekunde.
   *[other] Ohne Antwort endet der Chat in { $seconds } Sekunden.
}

## Out of service

trouble-network-title = Keine Verbindung
trouble-network-text = Der Support ist zurzeit nicht erreichbar.
trouble-never-ready-title = Support nicht verfügbar
trouble-never-ready-text = Der Support-Chat konnte nicht gestartet werden.
trouble-page-failed-title = Support nicht verfügbar
trouble-page-failed-text = Die Support-Seite konnte nicht geöffnet werden.
trouble-unproven-title = Außer Betrieb
trouble-unproven-text = Der Bildschirm bleibt gesperrt, bis sicher ist, dass vom letzten Chat nichts mehr da ist.
trouble-crashed-title = Außer Betrieb
trouble-crashed-text = Die Support-Seite ist mehrmals ausgefallen.
trouble-maintenance-title = Der Support wird gewartet
trouble-maintenance-text = Der Support ist wegen Wartungsarbeiten geschlossen und bald wieder da.
trouble-certificate-title = Keine sichere Verbindung
trouble-certificate-text = Der Support-Dienst konnte sich nicht ausweisen und wurde deshalb nicht geöffnet.
trouble-other-page-title = Keine Verbindung zum Support
trouble-other-page-text = Das Netzwerk zeigt eine eigene Seite, vielleicht zum Anmelden. Bitte wenden Sie sich an das Personal.
trouble-staff-title = Außer Betrieb
trouble-staff-text = Das Personal hat diesen Bildschirm geschlossen.

out-of-service-retry = Jetzt versuchen
retry-in-seconds = { $seconds ->
    [one] Nächster Versuch automatisch in { $seconds } Sekunde.
   *[other] Nächster Versuch automatisch in { $seconds } Sekunden.
}
retry-in-minutes = { $minutes ->
    [one] Nächster Versuch automatisch in { $minutes } Minute.
   *[other] Nächster Versuch automatisch in { $minutes } Minuten.
}
retry-now = Neuer Versuch läuft.
retry-staff = Das Personal öffnet ihn wieder.

## The notice

notice-agent-title = Unser Support hat diesen Chat beendet
notice-agent-body = Sie können ihn noch lesen. Von hier wird nichts mehr gesendet.
notice-other-title = Dieser Chat ist beendet
notice-other-body = Sie können ihn noch lesen. Für eine neue Frage beginnen Sie bitte von vorn.
notice-countdown = { $seconds ->
    [one] Der Bildschirm wird in { $seconds } Sekunde für die nächste Person geleert.
   *[other] Der Bildschirm wird in { $seconds } Sekunden für die nächste Person geleert.
}
notice-countdown-own = { $seconds ->
    [one] In { $seconds } Sekunde beginnt ein neuer Chat.
   *[other] In { $seconds } Sekunden beginnt ein neuer Chat.
}
notice-start-over = Neu beginnen
notice-keep-reading = Weiterlesen

## The desktop's notification

notification-agent-title = Unser Support hat den Chat beendet
notification-other-title = Der Chat ist beendet
notification-body = Der Bildschirm wird gleich für die nächste Person geleert.
notification-body-own = Sie können ihn noch lesen. Dann beginnt ein neuer.

## Choosing a file

picker-title = Datei zum Senden auswählen
picker-empty = Es ist keine Datei zum Senden da.
picker-cancel = Abbrechen

## Our own chat page

chat-start = Chat beginnen
chat-resume = Zurück zum Chat
chat-loading = Der Chat wird vorbereitet.
chat-launching = Der Chat wird geöffnet.
chat-open = Ihr Chat ist offen. Wenn Sie fertig sind, schließen Sie ihn: Auf diesem Bildschirm bleibt nichts davon.
chat-closed = Der Chat ist um diese Zeit geschlossen.
chat-refused = Der Chat konnte nicht geöffnet werden. Bitte versuchen Sie es noch einmal.
chat-failed = Der Chat ist gerade nicht verfügbar.

## Staff: the PIN pad

staff-scene-title = Personal
staff-pin = PIN
staff-keys = Ziffern
staff-ok = OK
staff-erase = Letzte Ziffer löschen
staff-cancel = Abbrechen
staff-ask = PIN eingeben, dann OK drücken.
staff-checking = Einen Moment bitte.
staff-wrong = Das war nicht die PIN.
staff-locked = Zu viele falsche PINs.
staff-seconds = { $seconds ->
    [one] Nächster Versuch in { $seconds } Sekunde möglich.
   *[other] Nächster Versuch in { $seconds } Sekunden möglich.
}
staff-minutes = { $minutes ->
    [one] Nächster Versuch in { $minutes } Minute möglich.
   *[other] Nächster Versuch in { $minutes } Minuten möglich.
}

## Staff: what can be done

staff-fresh = Jetzt neu beginnen
staff-close = Außer Betrieb nehmen
staff-in-service = Wieder in Betrieb
staff-reload = Konfiguration neu laden
staff-health = Version und Zustand
staff-leave = Kiosk verlassen
staff-back-to-kiosk = Zurück zum Kiosk
staff-back = Zurück
staff-reading = Die Konfiguration wird gelesen.
staff-mistake = Es wurde nichts geändert:

staff-notes = Was soll auf dem Bildschirm stehen, bis Sie ihn wieder öffnen?
staff-note-none = Nichts weiter
staff-note-soon = Wir sind bald wieder da.
staff-note-cleaning = Dieser Bildschirm wird gereinigt.
staff-note-desk = Bitte fragen Sie am Schalter.
staff-note-elsewhere = Bitte benutzen Sie einen anderen Bildschirm.
staff-words = Eigener Text
staff-with-words = Übernehmen

staff-leave-title = Kiosk verlassen?
staff-leave-text = Dieser Besuch und das Programm werden beendet. Danach ist zu sehen, was dahinter liegt.

## Staff: how the kiosk is

staff-version = Version
staff-engine = Web-Engine
staff-up = Läuft seit
staff-visits = Besuche seit dem Start
staff-reset = Letzter Neubeginn
staff-reset-fact = vor { $ago } ({ $cause }, { $ms } ms)
staff-proof = Zuletzt nachweislich leer
staff-memory = Belegter Speicher
staff-network = Support-Dienst
staff-kiosk = Dieser Kiosk
staff-config = Konfiguration
staff-ago = vor { $ago }
staff-never = noch nicht
staff-unknown = unbekannt
staff-defaults = eingebaute Vorgaben
staff-megabytes = { $count } MB
staff-network-practice = Übungs-Chat auf diesem Gerät
staff-network-reached = erreichbar
staff-network-lost = nicht erreichbar
staff-network-unknown = bisher nicht erreicht
# In the dative, which goes with "vor" and "seit".
staff-count-days = { $count ->
    [one] { $count } Tag
   *[other] { $count } Tagen
}
staff-count-hours = { $count } Std.
staff-count-minutes = { $count } Min.
staff-count-seconds = { $count } Sek.

## The shell's own widgets: the bar, the tray, messages, a link, the keyboard on the screen

bar-hint = Beendet den Chat und leert den Bildschirm. F6 führt hierher und zurück zum Chat.
tray-open = Öffnen
tray-unread = { $count ->
    [one] Öffnen: { $count } neue Nachricht
   *[other] Öffnen: { $count } neue Nachrichten
}
tray-new = Neuer Chat
tray-quiet = Nicht stören
tray-quit = Beenden
messages-title = { $count ->
    [one] Eine neue Nachricht in Ihrem Chat
   *[other] { $count } neue Nachrichten in Ihrem Chat
}
messages-body = Zum Lesen klicken.
link-title = Diese Adresse in Ihrem Browser öffnen?
link-open = Im Browser öffnen
key-space = Leertaste
key-backspace = Rücktaste
key-enter = Eingabetaste
key-shift = Umschalttaste
key-letters = Buchstaben
key-symbols = Ziffern und Zeichen
key-languages = Sprache der Tastatur
key-hide = Tastatur ausblenden

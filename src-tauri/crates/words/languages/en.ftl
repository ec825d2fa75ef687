# Every sentence for the people at the kiosk. The other languages are translations of this file: same messages, same
# variables. Short, polite, and to be read from two metres.
#
# A number that is spoken of has one variable, and its plural is chosen with it. Exact numbers ([0], [1]) cannot be
# variants: the screen chooses by plural category alone.

## The name of this list, for screen readers

languages = Language

## One moment: the screen is being made fresh

one-moment-title = One moment
one-moment = Making this screen fresh for the next person.
one-moment-thanks = Thank you. Making this screen fresh for the next person.
one-moment-own = A new chat is on its way.
one-moment-broken = The chat stopped working. Making this screen fresh.
one-moment-lost = The connection was lost. Making this screen fresh.
one-moment-ready = Getting this screen ready.
one-moment-slow = This takes a little longer than usual.

## Welcome

# Only where the company has no greeting of its own.
welcome-greeting = Hello! How can we help?
welcome-start = Touch to start

## Still there? Nobody has touched the screen for a while

still-there-title = Are you still there?
still-there-idle = If nobody answers, this chat is cleared for the next person.
still-there-too-long = This chat has been open for a long time. If nobody answers, it is cleared for the next person.
# Below a large number.
still-there-unit = { $seconds ->
    [one] second
   *[other] seconds
}
# For screen readers.
still-there-soon = { $seconds ->
    [one] This chat is cleared in { $seconds } second.
   *[other] This chat is cleared in { $seconds } seconds.
}
still-there-continue = Yes, continue
still-there-done = I am done

## Leaving: "I am done" was pressed beside the chat

leaving-title = End this chat?
leaving-text = The chat ends, and this screen is cleared for the next person.
leaving-text-own = The chat ends, and a new one can begin.
leaving-done = Yes, end it
leaving-back = Back to the chat
leaving-in-seconds = { $seconds ->
    [one] Without an answer the chat ends in { $seconds } second.
   *[other] Without an answer the chat ends in { $seconds } seconds.
}

## Out of service: a title and a sentence for each reason

trouble-network-title = No connection
trouble-network-text = There is no connection to the support service.
trouble-never-ready-title = Support is not available
trouble-never-ready-text = The support service did not start.
trouble-page-failed-title = Support is not available
trouble-page-failed-text = The support page could not be opened.
trouble-unproven-title = Not in service
trouble-unproven-text = This screen stays closed until it is certain that nothing of the last chat is left.
trouble-crashed-title = Not in service
trouble-crashed-text = The support page stopped working several times.
trouble-maintenance-title = Support is being maintained
trouble-maintenance-text = The support service is closed for maintenance and will be back.
trouble-certificate-title = No secure connection
trouble-certificate-text = The support service could not prove that it is the right one, so it was not opened.
trouble-other-page-title = No connection to support
trouble-other-page-text = The network shows a page of its own, perhaps to sign in. Please tell a member of staff.
trouble-staff-title = Out of service
trouble-staff-text = A member of staff has closed this screen.

out-of-service-retry = Try now
retry-in-seconds = { $seconds ->
    [one] This screen tries again by itself in { $seconds } second.
   *[other] This screen tries again by itself in { $seconds } seconds.
}
retry-in-minutes = { $minutes ->
    [one] This screen tries again by itself in { $minutes } minute.
   *[other] This screen tries again by itself in { $minutes } minutes.
}
retry-now = Trying again now.
retry-staff = A member of staff will open it again.

## The notice over a chat that has ended

notice-agent-title = The agent has ended this chat
notice-agent-body = You can still read it. Nothing more is sent from here.
notice-other-title = This chat has ended
notice-other-body = You can still read it. To ask something else, start over.
notice-countdown = { $seconds ->
    [one] The screen is cleared for the next person in { $seconds } second.
   *[other] The screen is cleared for the next person in { $seconds } seconds.
}
notice-countdown-own = { $seconds ->
    [one] A new chat begins in { $seconds } second.
   *[other] A new chat begins in { $seconds } seconds.
}
notice-start-over = Start over now
notice-keep-reading = Keep reading

## The desktop's notification. Whoever passes can read it, so it says nothing of the chat

notification-agent-title = The agent has ended the chat
notification-other-title = The chat has ended
notification-body = The screen is cleared for the next person in a moment.
notification-body-own = You can still read it. Then a new one begins.

## Choosing a file to send

picker-title = Choose a file to send
picker-empty = There is no file to send.
picker-cancel = Cancel

## Our own chat page

chat-start = Start a chat
chat-resume = Back to your chat
chat-loading = Getting the chat ready.
chat-launching = Opening the chat.
chat-open = Your chat is open. When you are done, close it: nothing of it stays on this screen.
chat-closed = The chat is closed at this hour.
chat-refused = The chat could not be opened. Please try again.
chat-failed = The chat is not available right now.

## Staff: the PIN pad

staff-scene-title = Staff
staff-pin = PIN
# The keys of the pad, for screen readers.
staff-keys = Digits
staff-ok = OK
staff-erase = Erase the last digit
staff-cancel = Cancel
staff-ask = Type the PIN, then press OK.
staff-checking = One moment.
staff-wrong = That was not the PIN.
staff-locked = Too many wrong PINs.
staff-seconds = { $seconds ->
    [one] The next can be tried in { $seconds } second.
   *[other] The next can be tried in { $seconds } seconds.
}
staff-minutes = { $minutes ->
    [one] The next can be tried in { $minutes } minute.
   *[other] The next can be tried in { $minutes } minutes.
}

## Staff: what can be done

staff-fresh = Fresh now
staff-close = Out of service
staff-in-service = Back in service
staff-reload = Reload the configuration
staff-health = Version and health
staff-leave = Leave the kiosk
staff-back-to-kiosk = Back to the kiosk
staff-back = Back
staff-reading = Reading the configuration.
# The mistake itself follows, in English.
staff-mistake = Nothing was changed:

staff-notes = What should the screen say until you open it again?
staff-note-none = No further words
staff-note-soon = We will be back soon.
staff-note-cleaning = This screen is being cleaned.
staff-note-desk = Please ask at the desk.
staff-note-elsewhere = Please use another screen.
staff-words = Your own words
staff-with-words = Use these

staff-leave-title = Leave the kiosk?
staff-leave-text = This visit and the program end. The screen then shows what is behind it.

## Staff: how the kiosk is

staff-version = Version
staff-engine = Web engine
staff-up = Running for
staff-visits = Visits since the start
staff-reset = Last reset
staff-reset-fact = { $ago } ago ({ $cause }, { $ms } ms)
staff-proof = Last proven empty
staff-memory = Memory in use
staff-network = Support service
staff-kiosk = This kiosk
staff-config = Configuration
staff-ago = { $ago } ago
staff-never = not yet
staff-unknown = unknown
staff-defaults = built-in defaults
staff-megabytes = { $count } MB
staff-network-practice = practice chat on this machine
staff-network-reached = reached
staff-network-lost = not reached
staff-network-unknown = not reached so far
staff-count-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
staff-count-hours = { $count } h
staff-count-minutes = { $count } min
staff-count-seconds = { $count } s

## The shell's own widgets: the bar, the tray, messages, a link, the keyboard on the screen

bar-hint = Ends the chat and clears the screen. F6 leads here and back to the chat.
tray-open = Open
tray-unread = { $count ->
    [one] Open: { $count } new message
   *[other] Open: { $count } new messages
}
tray-new = New chat
tray-quiet = Do not disturb
tray-quit = Quit
messages-title = { $count ->
    [one] A new message in your chat
   *[other] { $count } new messages in your chat
}
messages-body = Click to read.
link-title = Open this address in your browser?
link-open = Open in browser
key-space = Space
key-backspace = Backspace
key-enter = Enter
key-shift = Shift
key-letters = Letters
key-symbols = Digits and signs
key-languages = Language of the keyboard
key-hide = Hide the keyboard

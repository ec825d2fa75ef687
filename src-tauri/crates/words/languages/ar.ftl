# العربية الفصحى، بصيغة الجمع للاحترام. ستّ صيغ للعدد.

languages = اللغة

## One moment

one-moment-title = لحظة من فضلكم
one-moment = نجهّز الشاشة للشخص التالي.
one-moment-thanks = شكرًا لكم. نجهّز الشاشة للشخص التالي.
one-moment-own = نجهّز محادثة جديدة.
one-moment-broken = توقفت المحادثة عن العمل. نجهّز الشاشة من جديد.
one-moment-lost = انقطع الاتصال. نجهّز الشاشة من جديد.
one-moment-ready = نجهّز الشاشة.
one-moment-slow = يستغرق ذلك وقتًا أطول قليلًا من المعتاد.

## Welcome

welcome-greeting = مرحبًا! كيف يمكننا مساعدتكم؟
welcome-start = المسوا الشاشة للبدء

## Still there?

still-there-title = هل ما زلتم هنا؟
still-there-idle = إن لم يُجب أحد، فستُمسح هذه المحادثة من أجل الشخص التالي.
still-there-too-long = هذه المحادثة مفتوحة منذ وقت طويل. إن لم يُجب أحد، فستُمسح من أجل الشخص التالي.
still-there-unit = { $seconds ->
    [zero] ثانية
    [one] ثانية
    [two] ثانيتان
    [few] ثوانٍ
    [many] ثانية
   *[other] ثانية
}
still-there-soon = { $seconds ->
    [zero] ستُمسح هذه المحادثة الآن.
    [one] ستُمسح هذه المحادثة بعد ثانية واحدة.
    [two] ستُمسح هذه المحادثة بعد ثانيتين.
    [few] ستُمسح هذه المحادثة بعد { $seconds } ثوانٍ.
    [many] ستُمسح هذه المحادثة بعد { $seconds } ثانية.
   *[other] ستُمسح هذه المحادثة بعد { $seconds } ثانية.
}
still-there-continue = نعم، المتابعة
still-there-done = انتهيت

## Leaving: "I am done" was pressed beside the chat

leaving-title = إنهاء هذه المحادثة؟
leaving-text = ستنتهي المحادثة وتُمسح الشاشة من أجل الشخص التالي.
leaving-text-own = ستنتهي المحادثة، ويمكن بدء محادثة جديدة.
leaving-done = نعم، إنهاء
leaving-back = العودة إلى المحادثة
leaving-in-seconds = { $seconds ->
    [zero] إن لم تجيبوا، فستنتهي المحادثة الآن.
    [one] إن لم تجيبوا، فستنتهي المحادثة بعد ثانية واحدة.
    [two] إن لم تجيبوا، فستنتهي المحادثة بعد ثانيتين.
    [few] إن لم تجيبوا، فستنتهي المحادثة بعد { $seconds } ثوانٍ.
    [many] إن لم تجيبوا، فستنتهي المحادثة بعد { $seconds } ثانية.
   *[other] إن لم تجيبوا، فستنتهي المحادثة بعد { $seconds } ثانية.
}

## Out of service

trouble-network-title = لا يوجد اتصال
trouble-network-text = لا يوجد اتصال بخدمة الدعم.
trouble-never-ready-title = الدعم غير متاح
trouble-never-ready-text = لم تبدأ خدمة الدعم.
trouble-page-failed-title = الدعم غير متاح
trouble-page-failed-text = تعذّر فتح صفحة الدعم.
trouble-unproven-title = خارج الخدمة
trouble-unproven-text = تبقى هذه الشاشة مغلقة إلى أن يتأكد أنه لم يبقَ شيء من المحادثة الأخيرة.
trouble-crashed-title = خارج الخدمة
trouble-crashed-text = توقفت صفحة الدعم عن العمل عدة مرات.
trouble-maintenance-title = الدعم تحت الصيانة
trouble-maintenance-text = خدمة الدعم مغلقة للصيانة وستعود قريبًا.
trouble-certificate-title = الاتصال غير آمن
trouble-certificate-text = لم تتمكن خدمة الدعم من إثبات هويتها، لذلك لم تُفتح.
trouble-other-page-title = لا يوجد اتصال بالدعم
trouble-other-page-text = تعرض الشبكة صفحة خاصة بها، ربما لتسجيل الدخول. يُرجى إبلاغ أحد الموظفين.
trouble-staff-title = خارج الخدمة
trouble-staff-text = أغلق أحد الموظفين هذه الشاشة.

out-of-service-retry = المحاولة الآن
retry-in-seconds = { $seconds ->
    [zero] ستجري محاولة جديدة تلقائيًا الآن.
    [one] ستجري محاولة جديدة تلقائيًا بعد ثانية واحدة.
    [two] ستجري محاولة جديدة تلقائيًا بعد ثانيتين.
    [few] ستجري محاولة جديدة تلقائيًا بعد { $seconds } ثوانٍ.
    [many] ستجري محاولة جديدة تلقائيًا بعد { $seconds } ثانية.
   *[other] ستجري محاولة جديدة تلقائيًا بعد { $seconds } ثانية.
}
retry-in-minutes = { $minutes ->
    [zero] ستجري محاولة جديدة تلقائيًا الآن.
    [one] ستجري محاولة جديدة تلقائيًا بعد دقيقة واحدة.
    [two] ستجري محاولة جديدة تلقائيًا بعد دقيقتين.
    [few] ستجري محاولة جديدة تلقائيًا بعد { $minutes } دقائق.
    [many] ستجري محاولة جديدة تلقائيًا بعد { $minutes } دقيقة.
   *[other] ستجري محاولة جديدة تلقائيًا بعد { $minutes } دقيقة.
}
retry-now = تجري محاولة جديدة الآن.
retry-staff = سيعيد أحد الموظفين فتحها.

## The notice

notice-agent-title = أنهى موظف الدعم هذه المحادثة
notice-agent-body = ما زال بإمكانكم قراءتها. لن يُرسل أي شيء آخر من هنا.
notice-other-title = انتهت هذه المحادثة
notice-other-body = ما زال بإمكانكم قراءتها. لطرح سؤال آخر، يُرجى البدء من جديد.
notice-countdown = { $seconds ->
    [zero] ستُمسح الشاشة الآن من أجل الشخص التالي.
    [one] ستُمسح الشاشة بعد ثانية واحدة من أجل الشخص التالي.
    [two] ستُمسح الشاشة بعد ثانيتين من أجل الشخص التالي.
    [few] ستُمسح الشاشة بعد { $seconds } ثوانٍ من أجل الشخص التالي.
    [many] ستُمسح الشاشة بعد { $seconds } ثانية من أجل الشخص التالي.
   *[other] ستُمسح الشاشة بعد { $seconds } ثانية من أجل الشخص التالي.
}
notice-countdown-own = { $seconds ->
    [zero] تبدأ الآن محادثة جديدة.
    [one] تبدأ محادثة جديدة بعد ثانية واحدة.
    [two] تبدأ محادثة جديدة بعد ثانيتين.
    [few] تبدأ محادثة جديدة بعد { $seconds } ثوانٍ.
    [many] تبدأ محادثة جديدة بعد { $seconds } ثانية.
   *[other] تبدأ محادثة جديدة بعد { $seconds } ثانية.
}
notice-start-over = البدء من جديد
notice-keep-reading = متابعة القراءة

## The desktop's notification

notification-agent-title = أنهى موظف الدعم المحادثة
notification-other-title = انتهت المحادثة
notification-body = ستُمسح الشاشة بعد لحظات من أجل الشخص التالي.
notification-body-own = ما زال بإمكانكم قراءتها، ثم تبدأ محادثة جديدة.

## Choosing a file

picker-title = اختاروا ملفًا لإرساله
picker-empty = لا يوجد ملف لإرساله.
picker-cancel = إلغاء

## Our own chat page

chat-start = بدء محادثة
chat-resume = العودة إلى المحادثة
chat-loading = يجري تجهيز المحادثة.
chat-launching = يجري فتح المحادثة.
chat-open = محادثتكم مفتوحة. عند الانتهاء أغلقوها: لن يبقى منها شيء على هذه الشاشة.
chat-closed = المحادثة مغلقة في هذا الوقت.
chat-refused = تعذّر فتح المحادثة. يُرجى المحاولة مرة أخرى.
chat-failed = المحادثة غير متاحة حاليًا.

## Staff: the PIN pad

staff-scene-title = الموظفون
staff-pin = رمز PIN
staff-keys = الأرقام
staff-ok = موافق
staff-erase = حذف الرقم الأخير
staff-cancel = إلغاء
staff-ask = أدخلوا رمز PIN ثم اضغطوا «موافق».
staff-checking = لحظة من فضلكم.
staff-wrong = رمز PIN غير صحيح.
staff-locked = محاولات خاطئة كثيرة.
staff-seconds = { $seconds ->
    [zero] يمكن المحاولة من جديد الآن.
    [one] يمكن المحاولة من جديد بعد ثانية واحدة.
    [two] يمكن المحاولة من جديد بعد ثانيتين.
    [few] يمكن المحاولة من جديد بعد { $seconds } ثوانٍ.
    [many] يمكن المحاولة من جديد بعد { $seconds } ثانية.
   *[other] يمكن المحاولة من جديد بعد { $seconds } ثانية.
}
staff-minutes = { $minutes ->
    [zero] يمكن المحاولة من جديد الآن.
    [one] يمكن المحاولة من جديد بعد دقيقة واحدة.
    [two] يمكن المحاولة من جديد بعد دقيقتين.
    [few] يمكن المحاولة من جديد بعد { $minutes } دقائق.
    [many] يمكن المحاولة من جديد بعد { $minutes } دقيقة.
   *[other] يمكن المحاولة من جديد بعد { $minutes } دقيقة.
}

## Staff: what can be done

staff-fresh = البدء من جديد الآن
staff-close = إخراج من الخدمة
staff-in-service = إعادة إلى الخدمة
staff-reload = إعادة تحميل الإعدادات
staff-health = الإصدار والحالة
staff-leave = مغادرة الكشك
staff-back-to-kiosk = العودة إلى الكشك
staff-back = رجوع
staff-reading = تجري قراءة الإعدادات.
staff-mistake = لم يتغيّر شيء:

staff-notes = ماذا تعرض الشاشة إلى أن تفتحوها من جديد؟
staff-note-none = بلا نص إضافي
staff-note-soon = سنعود قريبًا.
staff-note-cleaning = يجري تنظيف هذه الشاشة.
staff-note-desk = يُرجى سؤال مكتب الاستقبال.
staff-note-elsewhere = يُرجى استخدام شاشة أخرى.
staff-words = نص من عندكم
staff-with-words = استخدام هذا النص

staff-leave-title = مغادرة الكشك؟
staff-leave-text = ستنتهي هذه الزيارة والبرنامج، ثم تعرض الشاشة ما خلفه.

## Staff: how the kiosk is

staff-version = الإصدار
staff-engine = محرك الويب
staff-up = يعمل منذ
staff-visits = الزيارات منذ التشغيل
staff-reset = آخر بدء من جديد
staff-reset-fact = قبل { $ago } ({ $cause }، { $ms } مللي ثانية)
staff-proof = آخر إثبات للخلو
staff-memory = الذاكرة المستخدمة
staff-network = خدمة الدعم
staff-kiosk = هذا الكشك
staff-config = الإعدادات
staff-ago = قبل { $ago }
staff-never = ليس بعد
staff-unknown = غير معروف
staff-defaults = الإعدادات المدمجة
staff-megabytes = { $count } ميغابايت
staff-network-practice = محادثة تدريبية على هذا الجهاز
staff-network-reached = متصلة
staff-network-lost = غير متصلة
staff-network-unknown = لم يُتصل بها بعد
# Genitive, after «قبل» and «منذ».
staff-count-days = { $count ->
    [zero] { $count } يوم
    [one] يوم واحد
    [two] يومين
    [few] { $count } أيام
    [many] { $count } يومًا
   *[other] { $count } يوم
}
staff-count-hours = { $count } س
staff-count-minutes = { $count } د
staff-count-seconds = { $count } ث

## The shell's own widgets: the bar, the tray, messages, a link, the keyboard on the screen

bar-hint = ينهي المحادثة ويمسح الشاشة. يؤدي F6 إلى هنا ثم يعود إلى المحادثة.
tray-open = فتح
tray-unread = { $count ->
    [zero] فتح: لا رسائل جديدة
    [one] فتح: رسالة جديدة واحدة
    [two] فتح: رسالتان جديدتان
    [few] فتح: { $count } رسائل جديدة
    [many] فتح: { $count } رسالة جديدة
   *[other] فتح: { $count } رسالة جديدة
}
tray-new = محادثة جديدة
tray-quiet = عدم الإزعاج
tray-quit = إنهاء
messages-title = { $count ->
    [zero] لا رسائل جديدة في محادثتكم
    [one] رسالة جديدة واحدة في محادثتكم
    [two] رسالتان جديدتان في محادثتكم
    [few] { $count } رسائل جديدة في محادثتكم
    [many] { $count } رسالة جديدة في محادثتكم
   *[other] { $count } رسالة جديدة في محادثتكم
}
messages-body = انقروا للقراءة.
link-title = هل تريدون فتح هذا العنوان في متصفحكم؟
link-open = فتح في المتصفح
key-space = مسافة
key-backspace = مسح للخلف
key-enter = إدخال
key-shift = العالي
key-letters = حروف
key-symbols = أرقام ورموز
key-languages = لغة لوحة المفاتيح
key-hide = إخفاء لوحة المفاتيح

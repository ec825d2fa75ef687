# Français, avec le vouvoiement. Espaces insécables (U+00A0, U+202F) devant les signes doubles.

languages = Langue

## One moment

one-moment-title = Un instant
one-moment = Nous préparons l’écran pour la personne suivante.
one-moment-thanks = Merci. Nous préparons l’écran pour la personne suivante.
one-moment-own = Nous préparons une nouvelle discussion.
one-moment-broken = La discussion ne répond plus. Nous préparons l’écran.
one-moment-lost = La connexion a été perdue. Nous préparons l’écran.
one-moment-ready = Nous préparons l’écran.
one-moment-slow = Cela prend un peu plus de temps que d’habitude.

## Welcome

welcome-greeting = Bonjour ! Comment pouvons-nous vous aider ?
welcome-start = Touchez pour commencer

## Still there?

still-there-title = Êtes-vous toujours là ?
still-there-idle = Sans réponse, cette discussion sera effacée pour la personne suivante.
still-there-too-long = Cette discussion est ouverte depuis longtemps. Sans réponse, elle sera effacée pour la personne suivante.
still-there-unit = { $seconds ->
    [one] seconde
   *[other] secondes
}
still-there-soon = { $seconds ->
    [one] Cette discussion sera effacée dans { $seconds } seconde.
   *[other] Cette discussion sera effacée dans { $seconds } secondes.
}
still-there-continue = Oui, continuer
still-there-done = J’ai terminé

## Leaving: "I am done" was pressed beside the chat

leaving-title = Terminer cette discussion ?
leaving-text = La discussion prend fin et l’écran est effacé pour la personne suivante.
leaving-text-own = La discussion prend fin et une nouvelle peut commencer.
leaving-done = Oui, terminer
leaving-back = Revenir à la discussion
leaving-in-seconds = { $seconds ->
    [one] Sans réponse, la discussion prend fin dans { $seconds } seconde.
   *[other] Sans réponse, la discussion prend fin dans { $seconds } secondes.
}

## Out of service

trouble-network-title = Pas de connexion
trouble-network-text = Le service d’assistance est injoignable.
trouble-never-ready-title = Assistance indisponible
trouble-never-ready-text = Le service d’assistance n’a pas démarré.
trouble-page-failed-title = Assistance indisponible
trouble-page-failed-text = La page d’assistance n’a pas pu s’ouvrir.
trouble-unproven-title = Hors service
trouble-unproven-text = Cet écran reste fermé tant qu’il n’est pas certain que rien ne subsiste de la dernière discussion.
trouble-crashed-title = Hors service
trouble-crashed-text = La page d’assistance s’est arrêtée plusieurs fois.
trouble-maintenance-title = Assistance en maintenance
trouble-maintenance-text = Le service d’assistance est fermé pour maintenance et sera bientôt de retour.
trouble-certificate-title = Connexion non sécurisée
trouble-certificate-text = Le service d’assistance n’a pas pu prouver son identité ; il n’a donc pas été ouvert.
trouble-other-page-title = Pas de connexion à l’assistance
trouble-other-page-text = Le réseau affiche sa propre page, peut-être pour une connexion. Veuillez prévenir un membre du personnel.
trouble-staff-title = Hors service
trouble-staff-text = Un membre du personnel a fermé cet écran.

out-of-service-retry = Réessayer
retry-in-seconds = { $seconds ->
    [one] Nouvel essai automatique dans { $seconds } seconde.
   *[other] Nouvel essai automatique dans { $seconds } secondes.
}
retry-in-minutes = { $minutes ->
    [one] Nouvel essai automatique dans { $minutes } minute.
   *[other] Nouvel essai automatique dans { $minutes } minutes.
}
retry-now = Nouvel essai en cours.
retry-staff = Un membre du personnel le rouvrira.

## The notice

notice-agent-title = Votre conseiller a terminé cette discussion
notice-agent-body = Vous pouvez encore la lire. Plus rien n’est envoyé d’ici.
notice-other-title = Cette discussion est terminée
notice-other-body = Vous pouvez encore la lire. Pour une autre question, veuillez recommencer.
notice-countdown = { $seconds ->
    [one] L’écran sera effacé pour la personne suivante dans { $seconds } seconde.
   *[other] L’écran sera effacé pour la personne suivante dans { $seconds } secondes.
}
notice-countdown-own = { $seconds ->
    [one] Une nouvelle discussion commencera dans { $seconds } seconde.
   *[other] Une nouvelle discussion commencera dans { $seconds } secondes.
}
notice-start-over = Recommencer
notice-keep-reading = Continuer à lire

## The desktop's notification

notification-agent-title = Votre conseiller a terminé la discussion
notification-other-title = La discussion est terminée
notification-body = L’écran sera effacé dans un instant pour la personne suivante.
notification-body-own = Vous pouvez encore la lire. Une nouvelle commencera ensuite.

## Choosing a file

picker-title = Choisissez un fichier à envoyer
picker-empty = Il n’y a aucun fichier à envoyer.
picker-cancel = Annuler

## Our own chat page

chat-start = Démarrer une discussion
chat-resume = Revenir à la discussion
chat-loading = Préparation de la discussion.
chat-launching = Ouverture de la discussion.
chat-open = Votre discussion est ouverte. Quand vous avez terminé, fermez-la : rien n’en restera sur cet écran.
chat-closed = La discussion est fermée à cette heure-ci.
chat-refused = La discussion n’a pas pu s’ouvrir. Veuillez réessayer.
chat-failed = La discussion n’est pas disponible pour le moment.

## Staff: the PIN pad

staff-scene-title = Personnel
staff-pin = Code PIN
staff-keys = Chiffres
staff-ok = OK
staff-erase = Effacer le dernier chiffre
staff-cancel = Annuler
staff-ask = Saisissez le code PIN, puis appuyez sur OK.
staff-checking = Un instant.
staff-wrong = Ce n’était pas le bon code PIN.
staff-locked = Trop de codes PIN erronés.
staff-seconds = { $seconds ->
    [one] Nouvel essai possible dans { $seconds } seconde.
   *[other] Nouvel essai possible dans { $seconds } secondes.
}
staff-minutes = { $minutes ->
    [one] Nouvel essai possible dans { $minutes } minute.
   *[other] Nouvel essai possible dans { $minutes } minutes.
}

## Staff: what can be done

staff-fresh = Recommencer maintenant
staff-close = Mettre hors service
staff-in-service = Remettre en service
staff-reload = Recharger la configuration
staff-health = Version et état
staff-leave = Quitter la borne
staff-back-to-kiosk = Revenir à la borne
staff-back = Retour
staff-reading = Lecture de la configuration.
staff-mistake = Rien n’a été modifié :

staff-notes = Que doit afficher l’écran jusqu’à sa réouverture ?
staff-note-none = Rien de plus
staff-note-soon = Nous revenons bientôt.
staff-note-cleaning = Cet écran est en cours de nettoyage.
staff-note-desk = Veuillez vous adresser au guichet.
staff-note-elsewhere = Veuillez utiliser un autre écran.
staff-words = Votre propre texte
staff-with-words = Utiliser ce texte

staff-leave-title = Quitter la borne ?
staff-leave-text = Cette visite et le programme prennent fin. L’écran montre ensuite ce qui se trouve derrière.

## Staff: how the kiosk is

staff-version = Version
staff-engine = Moteur web
staff-up = En marche depuis
staff-visits = Visites depuis le démarrage
staff-reset = Dernière remise à zéro
staff-reset-fact = il y a { $ago } ({ $cause }, { $ms } ms)
staff-proof = Dernière preuve de vide
staff-memory = Mémoire utilisée
staff-network = Service d’assistance
staff-kiosk = Cette borne
staff-config = Configuration
staff-ago = il y a { $ago }
staff-never = pas encore
staff-unknown = inconnu
staff-defaults = valeurs par défaut
staff-megabytes = { $count } Mo
staff-network-practice = discussion d’exercice sur cet appareil
staff-network-reached = joignable
staff-network-lost = injoignable
staff-network-unknown = pas encore joint
staff-count-days = { $count ->
    [one] { $count } jour
   *[other] { $count } jours
}
staff-count-hours = { $count } h
staff-count-minutes = { $count } min
staff-count-seconds = { $count } s

## The shell's own widgets: the bar, the tray, messages, a link, the keyboard on the screen

bar-hint = Termine la discussion et efface l’écran. F6 mène ici et revient à la discussion.
tray-open = Ouvrir
tray-unread = { $count ->
    [one] Ouvrir : { $count } nouveau message
   *[other] Ouvrir : { $count } nouveaux messages
}
tray-new = Nouvelle discussion
tray-quiet = Ne pas déranger
tray-quit = Quitter
messages-title = { $count ->
    [one] { $count } nouveau message dans votre discussion
   *[other] { $count } nouveaux messages dans votre discussion
}
messages-body = Cliquez pour lire.
link-title = Ouvrir cette adresse dans votre navigateur ?
link-open = Ouvrir dans le navigateur
key-space = Espace
key-backspace = Retour arrière
key-enter = Entrée
key-shift = Majuscule
key-letters = Lettres
key-symbols = Chiffres et signes
key-languages = Langue du clavier
key-hide = Masquer le clavier

# Español, con «usted».

languages = Idioma

## One moment

one-moment-title = Un momento
one-moment = Estamos preparando la pantalla para la siguiente persona.
one-moment-thanks = Gracias. Estamos preparando la pantalla para la siguiente persona.
one-moment-own = Estamos preparando un nuevo chat.
one-moment-broken = El chat ha dejado de funcionar. Estamos preparando la pantalla.
one-moment-lost = Se ha perdido la conexión. Estamos preparando la pantalla.
one-moment-ready = Estamos preparando la pantalla.
one-moment-slow = Está tardando un poco más de lo habitual.

## Welcome

welcome-greeting = ¡Hola! ¿En qué podemos ayudarle?
welcome-start = Toque para empezar

## Still there?

still-there-title = ¿Sigue usted ahí?
still-there-idle = Si nadie responde, este chat se borrará para la siguiente persona.
still-there-too-long = Este chat lleva mucho tiempo abierto. Si nadie responde, se borrará para la siguiente persona.
still-there-unit = { $seconds ->
    [one] segundo
   *[other] segundos
}
still-there-soon = { $seconds ->
    [one] Este chat se borrará en { $seconds } segundo.
   *[other] Este chat se borrará en { $seconds } segundos.
}
still-there-continue = Sí, continuar
still-there-done = He terminado

## Leaving: "I am done" was pressed beside the chat

leaving-title = ¿Finalizar este chat?
leaving-text = El chat termina y la pantalla se borra para la siguiente persona.
leaving-text-own = El chat termina y puede empezar uno nuevo.
leaving-done = Sí, finalizar
leaving-back = Volver al chat
leaving-in-seconds = { $seconds ->
    [one] Sin respuesta, el chat terminará en { $seconds } segundo.
   *[other] Sin respuesta, el chat terminará en { $seconds } segundos.
}

## Out of service

trouble-network-title = Sin conexión
trouble-network-text = No hay conexión con el servicio de asistencia.
trouble-never-ready-title = Asistencia no disponible
trouble-never-ready-text = El servicio de asistencia no se ha iniciado.
trouble-page-failed-title = Asistencia no disponible
trouble-page-failed-text = No se ha podido abrir la página de asistencia.
trouble-unproven-title = Fuera de servicio
trouble-unproven-text = Esta pantalla seguirá cerrada hasta que sea seguro que no queda nada del último chat.
trouble-crashed-title = Fuera de servicio
trouble-crashed-text = La página de asistencia ha fallado varias veces.
trouble-maintenance-title = Asistencia en mantenimiento
trouble-maintenance-text = El servicio de asistencia está cerrado por mantenimiento y volverá pronto.
trouble-certificate-title = Conexión no segura
trouble-certificate-text = El servicio de asistencia no ha podido demostrar su identidad, por lo que no se ha abierto.
trouble-other-page-title = Sin conexión con la asistencia
trouble-other-page-text = La red muestra una página propia, quizá para iniciar sesión. Avise al personal, por favor.
trouble-staff-title = Fuera de servicio
trouble-staff-text = El personal ha cerrado esta pantalla.

out-of-service-retry = Probar ahora
retry-in-seconds = { $seconds ->
    [one] Se volverá a intentar automáticamente en { $seconds } segundo.
   *[other] Se volverá a intentar automáticamente en { $seconds } segundos.
}
retry-in-minutes = { $minutes ->
    [one] Se volverá a intentar automáticamente en { $minutes } minuto.
   *[other] Se volverá a intentar automáticamente en { $minutes } minutos.
}
retry-now = Se está intentando de nuevo.
retry-staff = El personal volverá a abrirla.

## The notice

notice-agent-title = El agente ha finalizado este chat
notice-agent-body = Aún puede leerlo. Desde aquí ya no se envía nada más.
notice-other-title = Este chat ha finalizado
notice-other-body = Aún puede leerlo. Para otra consulta, empiece de nuevo.
notice-countdown = { $seconds ->
    [one] La pantalla se borrará para la siguiente persona en { $seconds } segundo.
   *[other] La pantalla se borrará para la siguiente persona en { $seconds } segundos.
}
notice-countdown-own = { $seconds ->
    [one] Un nuevo chat empezará en { $seconds } segundo.
   *[other] Un nuevo chat empezará en { $seconds } segundos.
}
notice-start-over = Empezar de nuevo
notice-keep-reading = Seguir leyendo

## The desktop's notification

notification-agent-title = El agente ha finalizado el chat
notification-other-title = El chat ha finalizado
notification-body = La pantalla se borrará en un momento para la siguiente persona.
notification-body-own = Aún puede leerlo. Después empezará uno nuevo.

## Choosing a file

picker-title = Elija un archivo para enviar
picker-empty = No hay ningún archivo para enviar.
picker-cancel = Cancelar

## Our own chat page

chat-start = Iniciar un chat
chat-resume = Volver al chat
chat-loading = Preparando el chat.
chat-launching = Abriendo el chat.
chat-open = Su chat está abierto. Cuando termine, ciérrelo: no quedará nada de él en esta pantalla.
chat-closed = El chat está cerrado a esta hora.
chat-refused = No se ha podido abrir el chat. Inténtelo de nuevo, por favor.
chat-failed = El chat no está disponible en este momento.

## Staff: the PIN pad

staff-scene-title = Personal
staff-pin = PIN
staff-keys = Cifras
staff-ok = OK
staff-erase = Borrar la última cifra
staff-cancel = Cancelar
staff-ask = Introduzca el PIN y pulse OK.
staff-checking = Un momento.
staff-wrong = El PIN no es correcto.
staff-locked = Demasiados PIN incorrectos.
staff-seconds = { $seconds ->
    [one] Podrá intentarlo de nuevo en { $seconds } segundo.
   *[other] Podrá intentarlo de nuevo en { $seconds } segundos.
}
staff-minutes = { $minutes ->
    [one] Podrá intentarlo de nuevo en { $minutes } minuto.
   *[other] Podrá intentarlo de nuevo en { $minutes } minutos.
}

## Staff: what can be done

staff-fresh = Reiniciar ahora
staff-close = Poner fuera de servicio
staff-in-service = Volver a poner en servicio
staff-reload = Recargar la configuración
staff-health = Versión y estado
staff-leave = Salir del quiosco
staff-back-to-kiosk = Volver al quiosco
staff-back = Atrás
staff-reading = Leyendo la configuración.
staff-mistake = No se ha cambiado nada:

staff-notes = ¿Qué debe mostrar la pantalla hasta que la vuelva a abrir?
staff-note-none = Nada más
staff-note-soon = Volvemos enseguida.
staff-note-cleaning = Se está limpiando esta pantalla.
staff-note-desk = Consulte en el mostrador, por favor.
staff-note-elsewhere = Utilice otra pantalla, por favor.
staff-words = Su propio texto
staff-with-words = Usar este texto

staff-leave-title = ¿Salir del quiosco?
staff-leave-text = Esta visita y el programa terminan. Después, la pantalla muestra lo que hay detrás.

## Staff: how the kiosk is

staff-version = Versión
staff-engine = Motor web
staff-up = En marcha desde hace
staff-visits = Visitas desde el inicio
staff-reset = Último reinicio
staff-reset-fact = hace { $ago } ({ $cause }, { $ms } ms)
staff-proof = Última comprobación de vacío
staff-memory = Memoria en uso
staff-network = Servicio de asistencia
staff-kiosk = Este quiosco
staff-config = Configuración
staff-ago = hace { $ago }
staff-never = todavía no
staff-unknown = desconocido
staff-defaults = valores predeterminados
staff-megabytes = { $count } MB
staff-network-practice = chat de prueba en este equipo
staff-network-reached = accesible
staff-network-lost = inaccesible
staff-network-unknown = aún sin acceso
staff-count-days = { $count ->
    [one] { $count } día
   *[other] { $count } días
}
staff-count-hours = { $count } h
staff-count-minutes = { $count } min
staff-count-seconds = { $count } s

## The shell's own widgets: the bar, the tray, messages, a link, the keyboard on the screen

bar-hint = Termina el chat y borra la pantalla. F6 lleva aquí y de vuelta al chat.
tray-open = Abrir
tray-unread = { $count ->
    [one] Abrir: { $count } mensaje nuevo
   *[other] Abrir: { $count } mensajes nuevos
}
tray-new = Nuevo chat
tray-quiet = No molestar
tray-quit = Salir
messages-title = { $count ->
    [one] Un mensaje nuevo en su chat
   *[other] { $count } mensajes nuevos en su chat
}
messages-body = Haga clic para leer.
link-title = ¿Abrir esta dirección en su navegador?
link-open = Abrir en el navegador
key-space = Espacio
key-backspace = Retroceso
key-enter = Intro
key-shift = Mayúsculas
key-letters = Letras
key-symbols = Números y signos
key-languages = Idioma del teclado
key-hide = Ocultar el teclado

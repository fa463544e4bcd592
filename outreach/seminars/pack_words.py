"""The words of the school pack, in each language that it speaks. Facts stand in braces; nothing else varies.

Written, not translated. The Spanish needs a survivor reader before the season. Names of facts: see ``pack.facts``.
"""

from typing import Final

Words = dict[str, str]

LETTER: Final[dict[str, Words]] = {
    "en": {
        "title": "A seminar at {school}",
        "hello": "Dear parents and guardians,",
        "what": "On {day} at {start} ({clock}) our school holds a seminar for {grades}: “{topic}”. It takes {minutes}"
        " minutes and is given in {language}.",
        "by_video": "The presenter speaks by video, into the room.",
        "awareness": "Students hear how somebody can be forced or tricked into work or sex, what to notice, and who"
        " listens. The words fit their age. There are no pictures of violence.",
        "online": "Students hear how strangers win trust online, what pressure looks like, and who helps them out of it."
        " The words fit their age.",
        "labor": "Students hear what a job must pay, what no boss may do, and whom they can ask.",
        "staff": "The seminar is a training for the people who work at our school.",
        "asked_nothing": "No student is asked about their own life. Nobody takes photos or writes down names.",
        "counsellor": "A counselor of the school is in the room, and afterwards there is a quiet place to talk.",
        "who": "Who presents",
        "educator": "An educator or advocate of {agency}. This person comes to teach and is not here as an officer.",
        "local_police": "A police officer ({agency}). The officer asks students no questions about themselves or their"
        " families, is never alone with a student, and wears no uniform or weapon unless the school agreed.",
        "federal_agent": "A federal agent ({agency}). Federal agents may work for immigration enforcement. The agent"
        " asks students no questions about themselves or their families, is never alone with a student, and wears no"
        " uniform or weapon unless the school agreed.",
        "federal_agency": "{agency} is a federal agency.",
        "choose": "You choose",
        "opt_out": "Your child does not have to take part, and you don’t have to say why. To say no before that day:"
        " {opt_out}",
        "opt_out_slip": "fill in the slip below and give it to the school office.",
        "meanwhile": "Your child then spends the time at school with something else.",
        "help": "If you or someone you know needs help",
        "call": "National Human Trafficking Hotline: {call}, free, day and night",
        "text": "Text {text}",
        "danger": "In danger: {emergency}",
        "child": "To report that a child is harmed: {child_name}, {child}",
        "signed": "For the school",
        "date": "Date",
        "slip": "To the school office: my child does not take part",
        "slip_student": "Student",
        "slip_parent": "Parent or guardian",
        "slip_foot": "This slip stays at the school. Please don’t hand it to the presenter.",
        "foot": "{school} · as recorded on {today}",
    },
    "es": {
        "title": "Una charla en {school}",
        "hello": "Estimadas familias:",
        "what": "El {day} a las {start} ({clock}), nuestra escuela ofrece una charla para estudiantes ({grades}): «{topic}». Dura"
        " {minutes} minutos y se da en {language}.",
        "by_video": "La persona que habla lo hace por video, en el salón.",
        "awareness": "Se explica cómo alguien puede ser forzado o engañado para trabajar o tener sexo, qué señales hay"
        " y quién escucha. Las palabras son para su edad. No hay imágenes de violencia.",
        "online": "Se explica cómo un desconocido gana confianza en internet, cómo se siente la presión y quién ayuda a"
        " salir de ella. Las palabras son para su edad.",
        "labor": "Se explica qué debe pagar un trabajo, qué no puede hacer ningún jefe y a quién preguntar.",
        "staff": "La charla es una capacitación para quienes trabajan en nuestra escuela.",
        "asked_nothing": "A nadie se le pregunta por su propia vida. Nadie toma fotos ni anota nombres.",
        "counsellor": "Una persona de consejería de la escuela está en el salón, y después hay un lugar tranquilo para"
        " hablar.",
        "who": "Quién habla",
        "educator": "Una persona educadora o defensora de {agency}. Viene a enseñar y no está aquí como agente.",
        "local_police": "Un agente de la policía local ({agency}). No hace preguntas a los estudiantes sobre ellos ni"
        " sobre su familia, nunca está a solas con un estudiante, y no lleva uniforme ni armas, salvo que la escuela lo"
        " haya acordado.",
        "federal_agent": "Un agente federal ({agency}). Los agentes federales pueden ser de inmigración. No hace"
        " preguntas a los estudiantes sobre ellos ni sobre su familia, nunca está a solas con un estudiante, y no lleva"
        " uniforme ni armas, salvo que la escuela lo haya acordado.",
        "federal_agency": "{agency} es una agencia federal.",
        "choose": "Tú decides",
        "opt_out": "Tu hijo o hija no tiene que participar, y no tienes que decir por qué. Para decir que no antes"
        " de ese día: {opt_out}",
        "opt_out_slip": "llena el papel de abajo y entrégalo en la oficina de la escuela.",
        "meanwhile": "Ese tiempo lo pasa en la escuela con otra actividad.",
        "help": "Si tú o alguien que conoces necesita ayuda",
        "call": "Línea Nacional contra la Trata de Personas: {call}, gratis, de día y de noche",
        "text": "Mensaje de texto al {text}",
        "danger": "En peligro: {emergency}",
        "child": "Para avisar que alguien daña a un menor: {child_name}, {child}",
        "signed": "Por la escuela",
        "date": "Fecha",
        "slip": "A la oficina de la escuela: mi hijo o hija no participa",
        "slip_student": "Estudiante",
        "slip_parent": "Madre, padre o tutor",
        "slip_foot": "Este papel se queda en la escuela. Por favor, no lo entregues a la persona que habla.",
        "foot": "{school} · según consta el {today}",
    },
}

CARD: Final[dict[str, Words]] = {
    "en": {
        "title": "If a student tells you something",
        "words": "Listen. Don't question. Say: I believe you. I can't keep this secret, but I'll tell you what happens"
        " next. Tell the counselor and report as state law says today.",
        "line": "{child_name}",
        "checked": "Checked on {checked}",
        "unchecked": "As published by {operator}; call it once before you print",
        "danger": "In danger: {emergency}",
    },
    "es": {
        "title": "Si un estudiante te cuenta algo",
        "words": "Escucha. No interrogues. Di: Te creo. No puedo guardar este secreto, pero te diré qué pasa después."
        " Avisa a la persona de consejería e informa hoy, como dice la ley del estado.",
        "line": "{child_name}",
        "checked": "Comprobado el {checked}",
        "unchecked": "Según {operator}; llama una vez antes de imprimir",
        "danger": "En peligro: {emergency}",
    },
}

CHECKLIST: Final[dict[str, Words]] = {
    "en": {
        "title": "Checklist for the counselor",
        "lead": "{school}: “{topic}”, {day}, {start} ({clock})",
        "before": "Before that day",
        "before_1": "Parents were told on: {told}. As they were told, who presents is: {kind}.",
        "before_2": "Families can say no: {opt_out}. Those students are somewhere good meanwhile, and nobody has to say"
        " why. The presenter gets no list.",
        "before_3": "A counselor is in the room from beginning to end. Name: {blank}",
        "before_4": "A private room is free during the seminar and an hour after it: {room}",
        "before_5": "Everyone on duty knows whom to turn to at the school: {safeguarding}",
        "before_6": "The state’s child protection line: {child_name}, {child}. {child_checked}.",
        "before_7": "Every adult in the room has read the card “If a student tells you something”.",
        "needs": "Arranged for those who need it: {needs}",
        "officer": "Agreed with the officer: no uniform, no weapon, unless the school says so in writing; no questions to"
        " students about themselves or their families; never alone with a student.",
        "during": "While it takes place",
        "during_1": "Anyone may leave the room without a reason, and somebody sees that they are all right.",
        "during_2": "Questions are written on slips without names. You read them first.",
        "during_3": "No photos, no recording, no sign-in sheet.",
        "after": "Afterwards",
        "after_1": "You stay where students can find you for an hour, and the next day.",
        "after_2": "Who tells something is believed. Follow the school’s protocol, and report as state law says, the"
        " same day. You report, not the presenter.",
        "after_3": "Nothing that a student said is written to the campaign, to the presenter, or into any form of ours.",
        "foot": "As recorded on {today}. The school’s own protocol and the law of the state go first.",
    },
    "es": {
        "title": "Lista para la persona de consejería",
        "lead": "{school}: «{topic}», {day}, {start} ({clock})",
        "before": "Antes de ese día",
        "before_1": "Las familias fueron avisadas el: {told}. Según se les dijo, quien habla es: {kind}.",
        "before_2": "Las familias pueden decir que no: {opt_out}. Esos estudiantes están mientras tanto en un buen lugar"
        " y nadie tiene que decir por qué. Quien habla no recibe ninguna lista.",
        "before_3": "Una persona de consejería está en el salón de principio a fin. Nombre: {blank}",
        "before_4": "Hay un cuarto privado libre durante la charla y una hora después: {room}",
        "before_5": "Todo el personal sabe a quién acudir en la escuela: {safeguarding}",
        "before_6": "La línea de protección infantil del estado: {child_name}, {child}. {child_checked}.",
        "before_7": "Cada adulto en el salón leyó la tarjeta «Si un estudiante te cuenta algo».",
        "needs": "Organizado para quienes lo necesitan: {needs}",
        "officer": "Acordado con el agente: sin uniforme ni armas, salvo que la escuela lo diga por escrito; sin preguntas"
        " a los estudiantes sobre ellos o su familia; nunca a solas con un estudiante.",
        "during": "Mientras dura",
        "during_1": "Cualquiera puede salir sin dar razones, y alguien ve que esté bien.",
        "during_2": "Las preguntas se escriben en papeles sin nombre. Tú las lees primero.",
        "during_3": "Sin fotos, sin grabación, sin lista de firmas.",
        "after": "Después",
        "after_1": "Te quedas una hora donde puedan encontrarte, y también el día siguiente.",
        "after_2": "A quien cuenta algo se le cree. Sigue el protocolo de la escuela e informa como dice la ley del"
        " estado, el mismo día. Informas tú, no quien habla.",
        "after_3": "Nada de lo que dijo un estudiante se escribe a la campaña, a quien habla ni en un formulario"
        " nuestro.",
        "foot": "Según consta el {today}. Van primero el protocolo de la escuela y la ley del estado.",
    },
}

BRIEF: Final[dict[str, Words]] = {
    "en": {
        "title": "Brief for the presenter",
        "lead": "“{topic}” at {school}",
        "when": "When",
        "when_value": "{day}, {start} to {end} ({clock})",
        "where": "Where",
        "by_video": "By video",
        "meet": "Whom to meet",
        "class": "For whom",
        "class_value": "{grades}, about {headcount}, in {language}",
        "access": "Way in",
        "equipment": "In the room",
        "needs": "Arranged",
        "agreed": "You come as",
        "arrive": "On the day",
        "arrive_1": "Be there 15 minutes early and sign in at the front office. Ask there where to park.",
        "arrive_2": "A counselor is in the room the whole time. If not, don’t begin.",
        "arrive_3": "Use plain words. Tell no survivor’s story that is not yours to tell.",
        "dont": "Please don’t",
        "dont_1": "Promise nothing that you can’t keep: no secrecy, no safety, no money, no papers.",
        "dont_2": "Take no photos, no recording, no notes on students, no names.",
        "dont_3": "Give students no private number and no account of yours. Be alone with no student.",
        "dont_4": "Ask nobody about their own life, family, or where they were born.",
        "officer": "Wear no uniform and carry no weapon, unless the school agreed in writing. Question nobody, and take no"
        " report: the counselor does.",
        "told": "If a student tells you something",
        "told_then": "The counselor takes over at once. You write nothing down, and you don’t come back to it.",
        "foot": "As recorded on {today}. Contacts are for that day alone: please delete this page afterwards.",
    },
    "es": {
        "title": "Hoja para quien habla",
        "lead": "«{topic}» en {school}",
        "when": "Cuándo",
        "when_value": "{day}, de {start} a {end} ({clock})",
        "where": "Dónde",
        "by_video": "Por video",
        "meet": "Con quién",
        "class": "Para quién",
        "class_value": "{grades}, cerca de {headcount}, en {language}",
        "access": "Entrada",
        "equipment": "En el salón",
        "needs": "Organizado",
        "agreed": "Vienes como",
        "arrive": "Ese día",
        "arrive_1": "Llega 15 minutos antes y regístrate en la oficina. Allí te dicen dónde estacionar.",
        "arrive_2": "Una persona de consejería está todo el tiempo en el salón. Si no está, no empieces.",
        "arrive_3": "Usa palabras sencillas. No cuentes la historia de nadie que no sea tuya.",
        "dont": "Por favor, no",
        "dont_1": "No prometas nada que no puedas cumplir: ni secreto, ni seguridad, ni dinero, ni papeles.",
        "dont_2": "Sin fotos, sin grabación, sin apuntes sobre estudiantes, sin nombres.",
        "dont_3": "No des tu número privado ni una cuenta tuya. No te quedes a solas con un estudiante.",
        "dont_4": "No preguntes a nadie por su vida, su familia ni dónde nació.",
        "officer": "Sin uniforme ni armas, salvo que la escuela lo haya acordado por escrito. No interrogues a nadie ni"
        " tomes denuncias: eso lo hace la persona de consejería.",
        "told": "Si un estudiante te cuenta algo",
        "told_then": "La persona de consejería se hace cargo enseguida. No anotes nada y no vuelvas al tema.",
        "foot": "Según consta el {today}. Los contactos son solo para ese día: borra esta hoja después.",
    },
}

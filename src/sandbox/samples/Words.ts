// What the sample sources are made of: towns, people's doings, things to buy. All invented. `{town}` and the like are filled in by News.

export interface Topic {
  readonly name: string
  readonly headlines: ReadonlyArray<string>
  readonly leads: ReadonlyArray<string>
}

export const fillings: Readonly<Record<string, ReadonlyArray<string>>> = {
  town: "Arnsund,Belmora,Castelvin,Dunhaven,Elsterfeld,Fjordby,Grafenau,Halden,Isolden,Jarnvik,Kestrel Bay,Lindholm,Marenza,Norrvale,Ostrava Hill,Port Celest,Quellbach,Rosenmark,Silvania,Tarnow Park".split(
    ","
  ),
  who: "the city council,a group of students,the local museum,the harbour authority,two retired engineers,the university,the regional railway,a family bakery,the public library,the weather service,an orchestra of amateurs,the fire brigade".split(
    ","
  ),
  thing:
    "an open data portal,a floating garden,a night train,a solar roof,a repair workshop,a bridge for cyclists,a digital archive,a river beach,an early warning system,a tool library,a wind turbine made of wood,a school kitchen".split(
      ","
    ),
  animal: "otters,storks,wild bees,seals,lynxes,bats,beavers,white-tailed eagles".split(","),
  field:
    "battery research,quantum optics,marine biology,archaeology,radio astronomy,soil science,medicine,linguistics".split(
      ","
    ),
  team: "Arnsund United,the Halden Herons,SC Lindholm,Fjordby Rowing,the Norrvale Foxes,Marenza Athletic".split(
    ","
  ),
  number: "two,three,four,five,seven,nine,twelve,fifteen,forty,a hundred".split(","),
  day: "on Monday,on Tuesday,on Wednesday,on Thursday,on Friday,at the weekend,next month,before winter".split(
    ","
  )
}

export const topics: ReadonlyArray<Topic> = [
  {
    name: "City",
    headlines: [
      "{town} opens {thing} {day}",
      "{Who} in {town} builds {thing}",
      "After {number} years of planning, {town} gets {thing}",
      "{town} asks its people: is {thing} enough?"
    ],
    leads: [
      "It took {number} meetings and one very long evening, but the decision is made: {town} will have {thing}.",
      "What began as a drawing on a napkin is now real. {Who} has finished {thing}, and everybody may try it {day}."
    ]
  },
  {
    name: "Science",
    headlines: [
      "Breakthrough in {field}: {town} team repeats its result {number} times",
      "{town} laboratory shares everything it knows about {field}",
      "{Number} open questions in {field}, and one answer from {town}",
      "Why {field} needs {thing}"
    ],
    leads: [
      "Researchers in {town} have published data from {number} experiments in {field}; others can check every step.",
      "For {number} years nobody could explain it. Now a small group in {town} has an answer that holds so far."
    ]
  },
  {
    name: "Nature",
    headlines: [
      "{Animal} return to {town} after {number} decades",
      "{town} counts its {animal} {day}",
      "How {who} made room for {animal} in {town}",
      "{Number} young {animal} seen near {town}"
    ],
    leads: [
      "Walkers saw them first, then came the cameras: {animal} are back near {town}, and they seem to stay.",
      "{Who} asks visitors to keep their distance; the {animal} have {number} young this year."
    ]
  },
  {
    name: "Sport",
    headlines: [
      "{Team} wins after being {number} points behind",
      "{Team} invites {town} to a free training {day}",
      "Extra time, rain, and a late decision: {team} is through",
      "{Team} signs {number} players from its own school"
    ],
    leads: [
      "Nobody left early, and nobody regretted it: {team} turned the match around in the last {number} minutes.",
      "The club from the east of {town} does not buy talent. It has {thing} and a patient coach."
    ]
  },
  {
    name: "Technology",
    headlines: [
      "{Who} in {town} switches to free software",
      "{town} publishes {number} million measurements as open data",
      "A week without servers: what {town} learned",
      "{Who} repairs {number} old computers for schools in {town}"
    ],
    leads: [
      "The switch took {number} weeks and went almost unnoticed. {Who} now writes down how, so that others can copy it.",
      "Anyone may use the data from {day} on. The first idea came from {who}: {thing}."
    ]
  }
]

export interface Ware {
  readonly noun: string
  readonly category: string
  readonly specs: ReadonlyArray<string>
  /** Euros. */
  readonly from: number
  readonly to: number
}

export const brands = "Auriga,Belfort,Corvus,Denali,Elara,Fenwick,Halcyon,Norden".split(",")
export const series = "One,Air,Plus,Studio,Trail,Core,Neo,Max".split(",")

const ware = (noun: string, category: string, from: number, to: number, specs: string): Ware => ({
  noun,
  category,
  from,
  to,
  specs: specs.split("|")
})

/** One of each is in the shop at any time. */
export const wares: ReadonlyArray<Ware> = [
  ware(
    "laptop",
    "Electronics > Computers",
    699,
    1899,
    '14", 16 GB, 512 GB|15", 32 GB, 1 TB|13", 16 GB, 256 GB'
  ),
  ware(
    "headphones",
    "Electronics > Audio",
    59,
    349,
    "over-ear, noise cancelling|on-ear, 40 h battery|open back"
  ),
  ware("coffee grinder", "Kitchen > Coffee", 39, 279, "steel burrs|for espresso|hand crank"),
  ware("city bike", "Sport > Cycling", 449, 1599, "8 gears, belt drive|step-through|with child seat"),
  ware("desk lamp", "Home > Lighting", 29, 149, "dimmable, warm white|with USB charger|oak and brass"),
  ware("rucksack", "Outdoor > Bags", 49, 199, "28 l, waterproof|40 l, roll top|18 l, for laptops"),
  ware("smartwatch", "Electronics > Wearables", 99, 499, "GPS, 7 days battery|titanium case|with heart rate"),
  ware("bread machine", "Kitchen > Appliances", 79, 219, "12 programmes|gluten-free mode|for 1 kg"),
  ware("tent", "Outdoor > Camping", 129, 599, "2 persons, 1.9 kg|4 persons|3 seasons"),
  ware(
    "keyboard",
    "Electronics > Accessories",
    45,
    229,
    "mechanical, wireless|split, for both hands|quiet switches"
  ),
  ware("e-reader", "Electronics > Readers", 89, 299, '7", warm light|8", with pen|6", pocket size'),
  ware("robot vacuum", "Home > Cleaning", 189, 799, "with mop|laser navigation|for pet hair")
]

// The functions of data/tool-calls-en.{train,test}.jsonl. Each argument has two pools of values and each function two
// lists of phrasings: one for the training rows, one for the held-out prompts, and they share nothing. Numbers follow a
// simpler rule: even ones are for training, odd ones are held out.

const text = (description) => ({ type: 'string', description });
const whole = (description) => ({ type: 'integer', description });

/**
 * @typedef {object} EnglishSkill
 * @property {string} name
 * @property {string} description
 * @property {Record<string, { type: string, description: string }>} properties
 * @property {Record<'train' | 'test', Record<string, readonly (string | number)[]>>} values
 * @property {Record<'train' | 'test', readonly string[]>} ask
 * @property {string} told what the assistant says afterwards
 */

/** @type {EnglishSkill[]} */
export const skills = [
  {
    name: 'set_alarm',
    description: 'Set an alarm',
    properties: { time: text('when it rings'), label: text('what it is for') },
    values: {
      train: {
        time: ['6:20 am', '7:40 am', '8:00 pm', '6:50 pm', '10:10 am', '4:40 am', '12:30 pm'],
        label: [
          'morning run',
          'feed the cat',
          'take medicine',
          'team call',
          'water plants',
          'catch the bus',
          'piano lesson',
        ],
      },
      test: {
        time: ['5:15 am', '9:35 pm', '11:05 am', '3:25 pm', '1:55 pm'],
        label: ['yoga class', 'school pickup', 'turn off the oven', 'flight check-in', 'garbage day'],
      },
    },
    ask: {
      train: [
        'Set an alarm for {time} called "{label}".',
        'Wake me at {time}, label it {label}.',
        'I need an alarm at {time} for {label}.',
        'Please add a {time} alarm: {label}.',
        'Alarm at {time}, name {label}, thanks.',
      ],
      test: [
        'Could you make my phone ring at {time}? It is for {label}.',
        'Do not let me miss {label}; an alarm at {time} would help.',
      ],
    },
    told: 'Your alarm "{label}" is set for {time}.',
  },
  {
    name: 'get_forecast',
    description: 'Get the weather forecast',
    properties: {
      city: text('name of the city'),
      day: text('day of the week'),
    },
    values: {
      train: {
        city: ['Lisbon', 'Toronto', 'Nairobi', 'Osaka', 'Denver', 'Prague', 'Lima', 'Perth', 'Cairo'],
        day: ['Monday', 'Wednesday', 'Friday', 'Saturday'],
      },
      test: {
        city: ['Oslo', 'Quito', 'Dublin', 'Hanoi', 'Boston'],
        day: ['Tuesday', 'Thursday', 'Sunday'],
      },
    },
    ask: {
      train: [
        'What is the weather in {city} on {day}?',
        'Show me the {day} forecast for {city}.',
        'Will it rain in {city} this {day}?',
        'How warm will {city} be on {day}?',
        'Forecast for {city}, {day}, please.',
      ],
      test: [
        'I am travelling to {city} and arrive {day}. Should I pack an umbrella?',
        'Tell me if {day} looks sunny over in {city}.',
      ],
    },
    told: 'I looked up {city} for {day}: mild, with some clouds.',
  },
  {
    name: 'convert_units',
    description: 'Convert a quantity between units',
    properties: {
      value: whole('quantity'),
      from_unit: text('unit now'),
      to_unit: text('unit wanted'),
    },
    values: {
      train: {
        value: [12, 26, 40, 64, 88, 150, 240, 500],
        from_unit: ['miles', 'pounds', 'inches', 'gallons'],
        to_unit: ['kilometers', 'kilograms', 'centimeters', 'liters'],
      },
      test: {
        value: [17, 35, 73, 125, 311],
        from_unit: ['yards', 'ounces', 'acres'],
        to_unit: ['meters', 'grams', 'hectares'],
      },
    },
    ask: {
      train: [
        'Convert {value} {from_unit} to {to_unit}.',
        'How many {to_unit} are {value} {from_unit}?',
        'Change {value} {from_unit} into {to_unit}, please.',
        '{value} {from_unit} in {to_unit}?',
      ],
      test: [
        'My notes say {value} {from_unit}, but I need the figure in {to_unit}.',
        'Could you express {value} {from_unit} as {to_unit} for me?',
      ],
    },
    told: 'I have converted {value} {from_unit} to {to_unit}.',
  },
  {
    name: 'add_to_list',
    description: 'Add an item to a list',
    properties: { item: text('what to add'), list: text('name of the list') },
    values: {
      train: {
        item: [
          'olive oil',
          'sunscreen',
          'light bulbs',
          'brown rice',
          'a tent',
          'paper towels',
          'screws',
          'oranges',
        ],
        list: ['groceries', 'packing', 'hardware', 'camping'],
      },
      test: {
        item: ['balloons', 'oat milk', 'birthday candles', 'a passport', 'stamps'],
        list: ['errands', 'party', 'travel'],
      },
    },
    ask: {
      train: [
        'Add {item} to my {list} list.',
        'Put {item} on the {list} list.',
        'We ran out of {item}, add it to {list}.',
        'Please note {item} under {list}.',
        '{list} list: add {item}.',
      ],
      test: [
        'I keep forgetting {item}. Can it go on the list named {list}?',
        'My {list} list should also have {item}.',
      ],
    },
    told: '{item} is now on your {list} list.',
  },
  {
    name: 'find_recipe',
    description: 'Find a recipe',
    properties: {
      ingredient: text('main ingredient'),
      max_minutes: whole('longest cooking time in minutes'),
    },
    values: {
      train: {
        ingredient: ['salmon', 'lentils', 'eggplant', 'chicken', 'mushrooms', 'tofu', 'potatoes', 'shrimp'],
        max_minutes: [10, 20, 30, 40, 50, 60, 90],
      },
      test: {
        ingredient: ['pumpkin', 'chickpeas', 'cod', 'spinach', 'turkey'],
        max_minutes: [15, 25, 45, 55],
      },
    },
    ask: {
      train: [
        'Find a recipe with {ingredient} under {max_minutes} minutes.',
        'What can I cook with {ingredient} in {max_minutes} minutes?',
        'I have {ingredient} and {max_minutes} minutes. Any recipe?',
        'Give me a {max_minutes} minute {ingredient} dish.',
      ],
      test: [
        'There is {ingredient} in the fridge and dinner must be ready within {max_minutes} minutes.',
        'Suggest something based on {ingredient} that takes {max_minutes} minutes at most.',
      ],
    },
    told: 'I found a {ingredient} recipe that takes less than {max_minutes} minutes.',
  },
  {
    name: 'send_message',
    description: 'Send a text message',
    properties: { contact: text('who gets it'), message: text('what it says') },
    values: {
      train: {
        contact: ['Priya', 'Marco', 'Aunt Rose', 'Kenji', 'Dr. Lopez', 'Hannah', 'Omar'],
        message: [
          'I am on my way',
          'the meeting is moved',
          'happy birthday',
          'call me tonight',
          'the keys are inside',
          'thanks for dinner',
        ],
      },
      test: {
        contact: ['Grandpa', 'Sofia', 'Liam', 'Mrs. Patel', 'Chloe'],
        message: [
          'my train is late',
          'we won the game',
          'please bring snacks',
          'the package arrived',
          'good luck',
        ],
      },
    },
    ask: {
      train: [
        'Text {contact}: {message}.',
        'Send {contact} a message saying {message}.',
        'Tell {contact} that {message}.',
        'Message {contact} "{message}".',
        'Write to {contact}: {message}.',
      ],
      test: [
        'Let {contact} know this from me: {message}.',
        'I want {contact} to read the words "{message}" right now.',
      ],
    },
    told: 'I sent "{message}" to {contact}.',
  },
  {
    name: 'book_table',
    description: 'Book a table at a restaurant',
    properties: {
      restaurant: text('name of the restaurant'),
      guests: whole('number of guests'),
    },
    values: {
      train: {
        restaurant: [
          'Casa Verde',
          'Blue Lantern',
          'The Mill House',
          'Saffron Room',
          'Pier Grill',
          'Little Naples',
        ],
        guests: [2, 4, 6, 8, 10, 12],
      },
      test: {
        restaurant: ['Golden Fern', 'Harbor Nine', 'Maple Corner', 'Tandoor Palace'],
        guests: [3, 5, 7, 9, 11],
      },
    },
    ask: {
      train: [
        'Book a table for {guests} at {restaurant}.',
        'Reserve {guests} seats at {restaurant}.',
        'We are {guests} people, get us a table at {restaurant}.',
        'Table at {restaurant} for {guests}, please.',
      ],
      test: [
        'Dinner at {restaurant} tonight; there will be {guests} of us, so make a reservation.',
        'Can {restaurant} take a party of {guests}? Arrange it.',
      ],
    },
    told: 'Your table for {guests} at {restaurant} is booked.',
  },
  {
    name: 'translate_phrase',
    description: 'Translate a phrase',
    properties: {
      phrase: text('what to translate'),
      language: text('language wanted'),
    },
    values: {
      train: {
        phrase: [
          'good evening',
          'where is the station',
          'I am hungry',
          'how much is this',
          'nice to meet you',
          'the door is open',
        ],
        language: ['Spanish', 'German', 'Korean', 'Swahili', 'Polish'],
      },
      test: {
        phrase: ['see you tomorrow', 'the soup is cold', 'I lost my bag', 'open the window'],
        language: ['Italian', 'Turkish', 'Hindi', 'Greek'],
      },
    },
    ask: {
      train: [
        'Translate "{phrase}" into {language}.',
        'How do I say "{phrase}" in {language}?',
        'What is "{phrase}" in {language}?',
        '{language} for "{phrase}", please.',
      ],
      test: [
        'I need the {language} version of "{phrase}" for a postcard.',
        'A {language} friend asked what "{phrase}" means in her tongue.',
      ],
    },
    told: 'Here is "{phrase}" in {language}.',
  },
  {
    name: 'calculate_tip',
    description: 'Calculate a tip',
    properties: {
      bill: whole('amount in dollars'),
      percent: whole('tip in percent'),
    },
    values: {
      train: {
        bill: [32, 48, 56, 74, 96, 110, 136, 180],
        percent: [8, 12, 16, 18, 20, 22],
      },
      test: { bill: [39, 67, 83, 143, 205], percent: [13, 19, 21, 23] },
    },
    ask: {
      train: [
        'Calculate a {percent} percent tip on {bill} dollars.',
        'What is a {percent}% tip for a {bill} dollar bill?',
        'The bill is ${bill}, tip {percent}%. How much is it?',
        'Tip of {percent} percent on ${bill}, please.',
      ],
      test: [
        'Our meal came to ${bill} and I would like to leave {percent} percent for the waiter.',
        'How many dollars should I add to {bill} if I tip {percent}%?',
      ],
    },
    told: 'I worked out a {percent}% tip on ${bill}.',
  },
  {
    name: 'track_parcel',
    description: 'Track a parcel',
    properties: { number: text('tracking number') },
    values: {
      train: {
        number: [
          'PX4820',
          'LM2264',
          'QR8806',
          'TN4402',
          'VB6680',
          'ZK2048',
          'DH8642',
          'FS0426',
          'GA6204',
          'HW8024',
        ],
      },
      test: { number: ['CJ7351', 'KY9137', 'WE5719', 'BU3975', 'MO1593'] },
    },
    ask: {
      train: [
        'Where is parcel {number}?',
        'Track {number} for me.',
        'What is the status of package {number}?',
        'Has {number} been delivered yet?',
        'Please check parcel {number}.',
      ],
      test: [
        'I ordered shoes last week and the shop gave me the code {number}. Any news?',
        'My delivery is late; the tracking code reads {number}.',
      ],
    },
    told: 'Parcel {number} is on its way.',
  },
  {
    name: 'reserve_book',
    description: 'Reserve a library book',
    properties: {
      title: text('title of the book'),
      branch: text('library branch'),
    },
    values: {
      train: {
        title: ['Moby Dick', 'Jane Eyre', 'Dracula', 'The Time Machine', 'Emma', 'Treasure Island', 'Walden'],
        branch: ['Eastside', 'Central', 'Riverside', 'Hillcrest'],
      },
      test: {
        title: ['Frankenstein', 'Middlemarch', 'Candide', 'Heidi', 'Ivanhoe'],
        branch: ['Lakeview', 'Northgate', 'Old Town'],
      },
    },
    ask: {
      train: [
        'Reserve {title} at the {branch} branch.',
        'Hold a copy of {title} for me at {branch}.',
        'I want to pick up {title} from {branch}.',
        'Please reserve the book {title}, branch {branch}.',
      ],
      test: [
        'Is {title} available? If so, keep it for me over at {branch}.',
        'My book club reads {title} next; I collect books in {branch}.',
      ],
    },
    told: 'A copy of {title} is reserved for you at {branch}.',
  },
  {
    name: 'start_timer',
    description: 'Start a countdown timer',
    properties: {
      minutes: whole('length in minutes'),
      task: text('what is timed'),
    },
    values: {
      train: {
        minutes: [2, 4, 6, 8, 14, 24, 36, 70],
        task: ['boiling eggs', 'a nap', 'laundry', 'steeping tea', 'homework', 'stretching', 'the pizza'],
      },
      test: {
        minutes: [1, 27, 33, 51, 95],
        task: ['the roast', 'meditation', 'charging the drill', 'parking', 'a sprint'],
      },
    },
    ask: {
      train: [
        'Start a {minutes} minute timer for {task}.',
        'Time {task} for {minutes} minutes.',
        'Set a timer: {task}, {minutes} minutes.',
        'Count down {minutes} minutes for {task}, please.',
      ],
      test: [
        'Tell me when {minutes} minutes have passed; I am busy with {task}.',
        'I am beginning {task} and it should last {minutes} minutes, keep the clock.',
      ],
    },
    told: 'The timer for {task} is running: {minutes} minutes.',
  },
];

// The lists. Changing one changes what `data stats` counts, so docs/formats/dataset-report.md names them.
#include "data/explore/groups.h"

namespace llmops::data::explore {
namespace {

constexpr Group kGroups[] = {
    {"gender", "women",
     "she her hers herself woman women female females girl girls lady ladies mother mothers daughter daughters sister "
     "sisters wife wives aunt grandmother queen actress waitress businesswoman mom mum mrs ms"},
    {"gender", "men",
     "he him his himself man men male males boy boys gentleman gentlemen father fathers son sons brother brothers "
     "husband "
     "husbands uncle grandfather king actor waiter businessman dad mr"},
    {"gender", "nonbinary", "nonbinary non_binary transgender trans_people trans_woman trans_man genderqueer"},
    {"age", "young",
     "child children kid kids teenager teenagers teen teens adolescent adolescents toddler toddlers baby babies youth "
     "young_people young_man young_woman young_men young_women"},
    {"age", "old",
     "elderly senior_citizen senior_citizens pensioner pensioners grandparent grandparents retiree retirees old_people "
     "old_man old_woman old_men old_women older_people older_adults"},
    {"religion", "Christians",
     "christian christians christianity catholic catholics catholicism protestant protestants"},
    {"religion", "Muslims", "muslim muslims islam islamic"},
    {"religion", "Jews", "jew jews jewish judaism"},
    {"religion", "Hindus", "hindu hindus hinduism"},
    {"religion", "Buddhists", "buddhist buddhists buddhism buddha"},
    {"religion", "Sikhs", "sikh sikhs sikhism"},
    {"religion", "atheists", "atheist atheists atheism agnostic agnostics"},
    {"origin", "Africans",
     "african africans nigerian nigerians kenyan kenyans ethiopian ethiopians ghanaian ghanaians somali somalis "
     "congolese zimbabwean"},
    {"origin", "African Americans",
     "african_american african_americans black_people black_man black_men black_woman black_women black_americans"},
    {"origin", "white people",
     "white_people white_man white_men white_woman white_women caucasian caucasians white_americans"},
    {"origin", "Americans", "american americans"},
    {"origin", "Latin Americans",
     "hispanic hispanics latino latinos latina latinas mexican mexicans brazilian brazilians colombian colombians "
     "cuban "
     "cubans peruvian argentine"},
    {"origin", "Arabs",
     "arab arabs iraqi iraqis syrian syrians egyptian egyptians saudi palestinian palestinians lebanese moroccan"},
    {"origin", "Chinese", "chinese"},
    {"origin", "Japanese", "japanese"},
    {"origin", "South Asians",
     "indian indians pakistani pakistanis bangladeshi bangladeshis nepali nepalese sri_lankan"},
    {"origin", "other Asians",
     "asian asians korean koreans vietnamese thai filipino filipinos indonesian indonesians malaysian"},
    {"origin", "Western Europeans",
     "british german germans french italian italians spanish spaniard dutch irish scottish swedish norwegian "
     "danish european europeans"},
    {"origin", "Eastern Europeans",
     "russian russians ukrainian ukrainians romanian romanians hungarian hungarians czech serbian bulgarian"},
    {"origin", "indigenous peoples",
     "indigenous native_american native_americans aboriginal aboriginals maori inuit first_nations"},
    {"disability", "disabled people",
     "disabled disability disabilities handicapped wheelchair wheelchairs paraplegic amputee special_needs"},
    {"disability", "deaf or blind people",
     "deaf deafness blindness blind_people blind_man blind_woman blind_person visually_impaired hearing_impaired"},
    {"disability", "neurodivergent people", "autistic autism adhd dyslexia dyslexic down_syndrome"},
    {"disability", "people with mental illness",
     "schizophrenia schizophrenic bipolar mentally_ill mental_illness mental_disorder depressed_person"},
    {"orientation", "gay and lesbian people",
     "gay gays lesbian lesbians homosexual homosexuals homosexuality same_sex"},
    {"orientation", "bisexual people", "bisexual bisexuals bisexuality pansexual"},
    {"orientation", "LGBT people", "lgbt lgbtq queer queers"},
    {"orientation", "heterosexual people",
     "heterosexual heterosexuals heterosexuality straight_man straight_men straight_woman straight_women "
     "straight_people"},
};

}  // namespace

std::span<const Group> all_groups() { return kGroups; }

}  // namespace llmops::data::explore

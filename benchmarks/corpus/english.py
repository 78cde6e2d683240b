"""The English in made-up articles: what holds a text together, whatever it speaks of."""

FUNCTION_WORDS = """
    the of and to in a that is for it was on with as he at by be his from this had have not but they
    are an which or were she one their has been we who will would said there all more if no when her
    about out up its so than into them can only other time new some could these two may then do first
    any my now such like over man our even most made after also did many before must through years
    where much your way well down should because each just those people how too little state good very
    make world still own see men work long get here between both life being under never day same another
    know while last might us great old year off come since against go came right used take three states
    himself few house use during without again place around however home small found thought went say
    part once general high upon school every does got united left number course war until always away
    something fact water less public put think almost hand enough far took head yet government system
    set better nothing night end why called eyes find going look asked later knew point next city
"""

STOCK_PHRASES = """
    at the end of the day
    for the first time in years
    as a result of the
    in the middle of the night
    according to people familiar with the matter
    did not immediately respond to a request for comment
    on the other side of the street
    it was not immediately clear whether the
    a spokesman for the ministry said
    in a statement released on monday
    in a statement released on friday
    will be able to do so
    at the same time as the
    one of the most important
    in the wake of the
    is expected to be the
    the rest of the world
    over the course of the year
    in the first half of the year
    compared with the same period last year
    who asked not to be named because
    by the end of the month
    by the end of next year
    in an interview with the newspaper
    told reporters on the way out of the meeting
    there is no evidence that the
    has been the subject of a
    for more than a decade
    in the hands of the
    the vast majority of the people
    as well as a number of
    on the basis of the evidence
    to make sure that it does not
    when it comes to the question of
    the fact that it was not
    in the case of the
    with the exception of the
    at the beginning of the week
    from one side to the other
    a great deal of work to be done
"""

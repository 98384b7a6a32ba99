"""The distributed form under faults: real brokers, a real database, clients that write down what
they were told, and a checker that believes nobody else.

    make chaos         3,000 accepted proposals, a few minutes
    make chaos-long    100,000, in chunks that each end with a check
"""

"""How the login pages of a client look: styles with their settings and images.

======================  ==========================================================================
``styles``              making, finding, changing, deleting the style of a client
``settings_document``   what a settings document may hold, and joining two of them
``defaults``            the settings that hold where a style says nothing
``assets``              the images of a style: what is accepted, where each is served
``images``              telling kinds of images by their content
``svg``                 drawings reduced to what can only be looked at
``style_sheets``        style sheets that can only colour and measure
``appearance``          all of it as plain values for pages: colours, lengths, addresses
======================  ==========================================================================
"""
